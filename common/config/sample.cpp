#include "common/config/sample.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace longshore::config {
namespace {

constexpr std::size_t kWidth = 110;

class Sampler {
 public:
  std::string take() { return std::move(out_); }

  void comment(std::string_view text, unsigned columns) {
    while (!text.empty()) {
      std::size_t end = std::min(text.find('\n'), text.size());
      const std::size_t room = kWidth - columns;
      if (end > room) {
        const std::size_t space = text.rfind(' ', room);
        end = space == std::string_view::npos ? end : space;
      }
      line(columns, "", end == 0 ? "#" : fmt::format("# {}", text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  // `item`: the first option begins an item of a list, two columns to the left of the others.
  void table(const Table& table, unsigned columns, bool live, bool item) {
    for (const Option& option : table.options()) {
      const bool first_of_group = option.group.empty() || std::exchange(group_, option.group) != option.group;
      const std::string_view note = !option.required       ? ""
                                    : option.group.empty() ? "; required"
                                                           : "; one of these is required";
      comment(option.help + std::string(note), item ? columns - 2 : columns);
      write(table, option, columns, live && option.required && first_of_group, std::exchange(item, false));
    }
  }

 private:
  void line(unsigned columns, std::string_view mark, std::string_view text) {
    out_ += fmt::format("{:{}}{}{}\n", "", columns, mark, text);
  }

  void write(const Table& table, const Option& option, unsigned columns, bool live, bool item) {
    const std::string_view mark = live ? "" : "#";
    const auto head = [&](std::string_view value) {
      line(item ? columns - 2 : columns, mark, fmt::format("{}{}:{}", item ? "- " : "", option.name, value));
    };
    const std::vector<Form> forms = option.type->forms();
    if (!option.example.empty()) return head(" " + option.example);
    const bool deep = forms.size() > 1 && columns > 0;  // shown at the top, where the same forms may stand
    if (forms.empty() || deep || !shown_.insert(forms[0].table).second) return head(value(table, option));
    head("");
    if (!option.type->is_list()) return this->table(*forms[0].table, columns + 2, live, false);
    for (const Form& form : forms) {
      const bool live_form = live && &form == forms.data();
      if (form.type.empty()) {
        this->table(*form.table, columns + 4, live_form, true);
        continue;
      }
      comment(form.help, columns + 2);
      line(columns + 2, live_form ? "" : "#", "- type: " + form.type);
      this->table(*form.table, columns + 4, live_form, false);
    }
  }

  static std::string value(const Table& table, const Option& option) {
    const std::string preset = table.preset(option);
    if (!preset.empty() && preset[0] == ' ') return preset.substr(0, preset.size() - 1);
    return option.type->is_list() ? " []" : option.type->forms().empty() ? " \"\"" : " {}";
  }

  std::string out_;
  std::string group_;
  std::set<const Table*> shown_;
};

}  // namespace

std::string sample(const Table& table, std::string_view heading) {
  Sampler sampler;
  sampler.comment(heading, 0);
  sampler.table(table, 0, true, false);
  return sampler.take();
}

}  // namespace longshore::config
