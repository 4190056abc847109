#include "rotator/search/log_search.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/text_stream.hpp"
#include "rotator/search/line_selection.hpp"
#include "rotator/search/ordered_output.hpp"
#include "rotator/search/read_ahead.hpp"

namespace longshore::rotator {
namespace {

using base::Result;

constexpr std::size_t kFramesATask = 8;
constexpr std::size_t kPiece = 1 << 20;          // bytes of text searched at once
constexpr std::uint64_t kLargeFile = 1 << 20;    // bytes, from which on a thread to decompress it is worth its while
constexpr std::size_t kOutputPiece = 256 << 10;  // bytes of output handed on at once

// What is printed of a file as a whole; changed in the turn of its tasks alone.
struct FileTotal {
  std::string name;
  std::uint64_t count = 0;  // of selected lines
};

// A file while it is searched, perhaps by several threads.
struct SearchedFile {
  OpenLogFile file;
  ArchiveFacts facts;
  std::shared_ptr<FileTotal> total;
  const std::string& name() const { return total->name; }
};

struct Task {
  std::uint64_t number = 0;  // in the order of output
  std::shared_ptr<SearchedFile> file;
  std::size_t begin = 0, end = 0;  // frames; both 0: all of its text
  bool last = true;                // of its file
};

class Search {
 public:
  Search(const SearchRequest& request, const std::vector<LogFile>& files, int out,
         const std::function<void(const std::string&)>& problem)
      : request_(request),
        files_(files),
        threads_(request.threads != 0 ? request.threads : std::clamp(std::thread::hardware_concurrency(), 1U, 8U)),
        output_(out),
        problem_(problem) {}

  Result<SearchResult> run() {
    std::vector<Matcher> matchers;
    for (unsigned i = 0; i < threads_; ++i) {
      TRY(matcher, Matcher::make(request_.pattern));
      matchers.push_back(std::move(matcher));
    }
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 1; i < threads_; ++i) workers.emplace_back([&, i] { work(matchers[i]); });
      work(matchers[0]);
    }
    return SearchResult{found_, failed_ || output_.failed()};
  }

 private:
  void work(Matcher& matcher) {
    ArchiveReader reader;
    std::string piece(kPiece, '\0');
    while (std::optional<Task> task = next_task())
      if (!perform(*task, matcher, reader, piece)) return;
  }

  void tell(const std::string& what) {
    const std::lock_guard lock(problem_mutex_);
    failed_ = true;
    problem_(what);
  }

  // Lines are printed by several threads at once only where none of them needs to know what the others have found, and where
  // what is before each frame is known.
  bool can_split(const SearchedFile& file) const {
    return request_.listing != Listing::names && request_.listing != Listing::nothing && request_.most == UINT64_MAX &&
           file.facts.index &&
           std::ranges::none_of(file.facts.index->frames, [](const FrameInfo& f) { return f.times.broken; });
  }

  std::optional<Task> next_task() {
    const std::lock_guard lock(task_mutex_);
    while (!output_.stopped()) {
      if (current_) {
        Task task{next_number_++, current_, next_frame_,
                  std::min(next_frame_ + kFramesATask, current_->facts.index->frames.size())};
        next_frame_ = task.end;
        task.last = task.end == current_->facts.index->frames.size();
        if (task.last) current_.reset();
        return task;
      }
      if (next_file_ == files_.size()) return std::nullopt;
      const LogFile& log = files_[next_file_++];
      auto open = open_log_file(log);
      if (!open) {
        tell(open.error().message);
        continue;
      }
      auto facts = look_at_archive(open->fd.get());
      if (!facts) {
        tell(log.name + ": " + facts.error().message);
        continue;
      }
      const auto file =
          std::make_shared<SearchedFile>(std::move(*open), std::move(*facts), std::make_shared<FileTotal>(log.name));
      if (!can_split(*file) || file->facts.index->frames.size() <= kFramesATask) return Task{next_number_++, file};
      current_ = file;
      next_frame_ = 0;
    }
    return std::nullopt;
  }

  // False: there is nothing more to do for anybody.
  bool perform(const Task& task, Matcher& matcher, ArchiveReader& reader, std::string& piece) {
    SearchedFile& file = *task.file;
    const base::Timestamp reference = file.facts.index ? file.facts.index->reference : file.file.modified;
    const bool print = request_.listing == Listing::lines;
    LineSelection selection(
        matcher, request_.invert, LineTimeFilter(request_.times, LineClock(reference)),
        LineReport({print, request_.names, request_.numbers, request_.end_last_line}, file.name()),
        print || request_.listing == Listing::counts ? request_.most : std::min<std::uint64_t>(request_.most, 1));
    std::string& text = selection.report().output();
    const auto flush = [&] { return text.size() < kOutputPiece ? !output_.stopped() : output_.append(task.number, text); };
    const bool go_on =
        file.facts.index ? search_frames(task, selection, reader, flush) : search_stream(file, selection, piece, flush);
    if (!go_on) return false;
    selection.end();
    const std::uint64_t count = selection.report().count();
    if (count > 0) found_ = true;
    if (count > 0 && request_.listing == Listing::nothing) {
      output_.stop();
      return false;
    }
    return output_.finish(task.number, std::move(text), [this, total = file.total, last = task.last, count] {
      total->count += count;
      return last ? end_of_file(*total) : std::string();
    });
  }

  template <class Flush>
  bool search_frames(const Task& task, LineSelection& selection, ArchiveReader& reader, const Flush& flush) {
    const SearchedFile& file = *task.file;
    const auto& frames = file.facts.index->frames;
    std::uint64_t lines_before = 0;
    for (std::size_t i = 0; i < task.begin; ++i) {
      selection.times().pass(frames[i].times);
      lines_before += frames[i].lines;
    }
    selection.set_lines_before(lines_before);
    const std::size_t end = task.end == 0 ? frames.size() : task.end;
    for (std::size_t i = task.begin; i < end && !selection.done(); ++i) {
      if (selection.skip(frames[i])) continue;
      const auto text = reader.read(file.file.fd.get(), file.facts.codec, frames[i]);
      if (!text) {
        tell(file.name() + ": " + text.error().message);
        selection.leave_out(frames[i]);
        continue;
      }
      selection.text(*text);
      if (!flush()) return false;
    }
    return true;
  }

  template <class Flush>
  bool search_stream(const SearchedFile& file, LineSelection& selection, std::string& piece, const Flush& flush) {
    const int fd = file.file.fd.get();
    const Result<std::uint64_t> begin = file.facts.codec == Codec::none ? find_live_text(fd) : 0;
    auto stream = begin ? open_text(fd, file.facts.codec, *begin) : base::fail(begin.error());
    if (!stream) {
      tell(file.name() + ": " + stream.error().message);
      return true;
    }
    std::optional<ReadAhead> ahead;
    if (threads_ > 1 && file.facts.codec != Codec::none && file.file.size >= kLargeFile) ahead.emplace(**stream, kPiece);
    while (!selection.done()) {
      const auto text = ahead ? ahead->next() : read_piece(**stream, piece);
      if (!text) tell(file.name() + ": " + text.error().message);
      if (!text || text->empty()) break;
      selection.text(*text);
      if (!flush()) return false;
    }
    return true;
  }
  static Result<std::string_view> read_piece(TextStream& stream, std::string& piece) {
    TRY(got, stream.read(piece));
    return std::string_view(piece).substr(0, got);
  }

  // What is printed of a file behind its lines.
  std::string end_of_file(const FileTotal& file) const {
    if (request_.listing == Listing::counts)
      return (request_.names ? file.name + ":" : "") + std::to_string(file.count) + "\n";
    return request_.listing == Listing::names && file.count > 0 ? file.name + "\n" : "";
  }

  const SearchRequest& request_;
  const std::vector<LogFile>& files_;
  const unsigned threads_;
  OrderedOutput output_;
  const std::function<void(const std::string&)>& problem_;
  std::mutex problem_mutex_;
  std::atomic<bool> found_ = false, failed_ = false;

  std::mutex task_mutex_;  // for all below
  std::size_t next_file_ = 0;
  std::uint64_t next_number_ = 0;
  std::shared_ptr<SearchedFile> current_;  // whose frames are given out
  std::size_t next_frame_ = 0;
};

}  // namespace

Result<SearchResult> search_logs(const SearchRequest& request, const std::vector<LogFile>& files, int out,
                                 const std::function<void(const std::string&)>& problem) {
  return Search(request, files, out, problem).run();
}

}  // namespace longshore::rotator
