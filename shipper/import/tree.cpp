#include "shipper/import/tree.hpp"

#include <algorithm>
#include <utility>

#include "shipper/import/tokens.hpp"

namespace longshore::shipper {
namespace {

using Kind = Token::Kind;

class Parser {
 public:
  Parser(std::string_view source, std::uint32_t first_line, std::vector<Problem>& problems)
      : source_(source), tokens_(source, first_line), problems_(problems), token_(tokens_.next()) {}

  std::vector<Statement> run() {
    std::vector<Statement> all = statements(0);
    while (token_.kind != Kind::end) {  // a closing bracket too many
      problem("a bracket is closed that is not open");
      advance();
      std::vector<Statement> more = statements(0);
      std::ranges::move(more, std::back_inserter(all));
    }
    if (tokens_.met_open_string()) problem("a string is not closed");
    return all;
  }

 private:
  void advance() { token_ = tokens_.next(); }
  void problem(std::string what) { problems_.push_back({token_.line, std::move(what)}); }
  bool at_name() const { return token_.kind == Kind::word || token_.kind == Kind::text || token_.kind == Kind::pragma; }

  // Up to a bracket that closes, or the end.
  std::vector<Statement> statements(std::size_t depth) {
    std::vector<Statement> found;
    Statement current;
    for (;;) {
      const bool ends =
          token_.kind == Kind::end || token_.kind == Kind::close_brace || token_.kind == Kind::close_parenthesis;
      if (ends || token_.kind == Kind::semicolon) {
        if (!current.items.empty()) found.push_back(std::exchange(current, {}));
        if (ends) return found;
        advance();
      } else {
        read_into(current.items, depth);
      }
    }
  }

  // A name, or a bracket that belongs to the name before it.
  void read_into(std::vector<Item>& items, std::size_t depth) {
    if (at_name()) {
      Item& item = items.emplace_back();
      item.quoted = token_.kind == Kind::text;
      item.pragma = token_.kind == Kind::pragma;
      item.line = token_.line;
      item.text = std::move(token_.text);
      return advance();
    }
    const bool parenthesis = token_.kind == Kind::open_parenthesis;
    if (items.empty() || (parenthesis ? items.back().has_arguments : items.back().has_block))
      items.emplace_back().line = token_.line;  // brackets of their own, as in "(a or b)"
    if (depth >= kDeepestNesting) return skip();
    if (parenthesis)
      read_arguments(items.back(), depth + 1);
    else
      read_block(items.back(), depth + 1);
  }

  void read_arguments(Item& item, std::size_t depth) {
    const std::size_t begin = token_.end;
    advance();
    item.has_arguments = true;
    while (token_.kind != Kind::end && token_.kind != Kind::close_parenthesis && token_.kind != Kind::close_brace) {
      if (token_.kind == Kind::semicolon)
        advance();
      else
        read_into(item.arguments, depth);
    }
    item.raw_arguments = source_.substr(begin, token_.begin - begin);
    close(Kind::close_parenthesis);
  }

  void read_block(Item& item, std::size_t depth) {
    const std::size_t begin = token_.end;
    item.block_line = token_.line;
    advance();
    item.has_block = true;
    item.block = statements(depth);
    item.raw_block = source_.substr(begin, token_.begin - begin);
    close(Kind::close_brace);
  }

  void close(Kind bracket) {
    if (token_.kind == bracket) return advance();
    problem(bracket == Kind::close_brace ? "a } is missing" : "a ) is missing");
  }

  // Over everything up to the bracket that closes this one.
  void skip() {
    problem("brackets are nested too deep");
    for (std::size_t open = 0; token_.kind != Kind::end; advance()) {
      if (token_.kind == Kind::open_brace || token_.kind == Kind::open_parenthesis) ++open;
      if ((token_.kind == Kind::close_brace || token_.kind == Kind::close_parenthesis) && --open == 0) return advance();
    }
  }

  std::string_view source_;
  Tokenizer tokens_;
  std::vector<Problem>& problems_;
  Token token_;
};

char canonical(char c) { return c == '_' ? '-' : c; }

}  // namespace

bool Item::is(std::string_view keyword) const {
  return !quoted && std::ranges::equal(text, keyword, {}, canonical, canonical);
}

const Item* Item::find(std::string_view keyword) const {
  const auto found = std::ranges::find_if(arguments.rbegin(), arguments.rend(),
                                          [&](const Item& item) { return item.has_arguments && item.is(keyword); });
  return found == arguments.rend() ? nullptr : &*found;
}

const Item* Item::value() const {
  const auto found =
      std::ranges::find_if(arguments, [](const Item& item) { return !item.has_arguments && !item.has_block; });
  return found == arguments.end() ? nullptr : &*found;
}

std::vector<Statement> parse_tree(std::string_view source, std::uint32_t first_line, std::vector<Problem>& problems) {
  return Parser(source, first_line, problems).run();
}

}  // namespace longshore::shipper
