#include "common/http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdlib>
#include <map>
#include <unordered_map>

namespace longshore::http {
namespace {

using base::Code;
using boost::asio::posix::stream_descriptor;

// Scheme, host and port only: paths and queries may hold tokens.
std::string origin_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "(not a URL)";
  std::string origin = url.substr(0, url.find_first_of("/?#", scheme + 3));
  const std::size_t at = origin.rfind('@');
  return at == std::string::npos ? origin : origin.substr(0, scheme + 3) + origin.substr(at + 1);
}

Code code_of(CURLcode error) {
  switch (error) {
    case CURLE_OPERATION_TIMEDOUT:
      return Code::timeout;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Code::unavailable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_CONNECT_ERROR:
      return Code::permission;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Code::invalid;
    default:
      return Code::closed;
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// One request under way. Lives in the coroutine that waits for it.
struct Transfer {
  explicit Transfer(const boost::asio::any_io_executor& loop) : done(loop, std::chrono::steady_clock::time_point::max()) {}
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  Response response;
  std::size_t body_limit = 0;
  const std::function<void(std::string_view)>* on_body = nullptr;
  char error[CURL_ERROR_SIZE] = {};
  CURLcode result = CURLE_ABORTED_BY_CALLBACK;
  bool finished = false;
  boost::asio::steady_timer done;  // a condition variable: cancelled when finished
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (*transfer.on_body) {
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 300) {
      (*transfer.on_body)({data, size});
      return size;
    }
  }
  const std::size_t room = transfer.body_limit - std::min(transfer.body_limit, transfer.response.body.size());
  transfer.response.body.append(data, std::min(size, room));
  return size;  // what is over the limit is read and forgotten, so that the connection stays usable
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& headers = static_cast<Transfer*>(user)->response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) headers.clear();  // the final answer follows an interim one
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || headers.size() >= 100) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' ')) value.remove_suffix(1);
  headers.emplace_back(std::move(name), std::string(value));
  return size;
}

}  // namespace

class Client::Impl : public std::enable_shared_from_this<Client::Impl> {
 public:
  Impl(boost::asio::any_io_executor loop, ClientOptions options) : loop_(loop), options_(std::move(options)), timer_(loop) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)global;
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
  }
  ~Impl() {
    for (const auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_, easy);
    curl_multi_cleanup(multi_);
    for (auto& [fd, watch] : watches_) watch->descriptor.release();
    for (CURL* easy : spare_) curl_easy_cleanup(easy);
  }

  // Nobody will ask for more: all who wait are told.
  void close() {
    closed_ = true;
    timer_.cancel();
    for (const auto& [easy, transfer] : transfers_) {
      curl_multi_remove_handle(multi_, easy);
      transfer->finished = true;
      transfer->done.cancel();
    }
    transfers_.clear();
  }

  CURL* take_handle() {
    if (spare_.empty()) return curl_easy_init();
    CURL* const easy = spare_.back();
    spare_.pop_back();
    return easy;
  }
  void give_back(CURL* easy) {
    curl_easy_reset(easy);
    spare_.push_back(easy);
  }

  void prepare(Transfer& transfer, const Request& request) const {
    CURL* const easy = transfer.easy;
    transfer.body_limit = options_.body_limit;
    transfer.on_body = &request.on_body;
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // never from the environment
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    const auto milliseconds = [](base::Duration d) {
      return static_cast<long>(std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::milliseconds>(d).count()));
    };
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options_.connect_timeout));
    const char* const from_environment = std::getenv("SSL_CERT_FILE");
    curl_easy_setopt(easy, CURLOPT_CAINFO,
                     !options_.ca_file.empty()     ? options_.ca_file.c_str()
                     : from_environment != nullptr ? from_environment
                                                   : "/etc/ssl/certs/ca-certificates.crt");
    if (!options_.cert_file.empty()) curl_easy_setopt(easy, CURLOPT_SSLCERT, options_.cert_file.c_str());
    if (!options_.key_file.empty()) curl_easy_setopt(easy, CURLOPT_SSLKEY, options_.key_file.c_str());
    if (!options_.unix_socket.empty()) curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket.c_str());
    if (request.body) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->data());
      curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 1024L * 1024);    // fewer rounds of the loop for each body
      transfer.headers = curl_slist_append(transfer.headers, "Expect:");  // no pause of a second before a large body
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    for (const auto& [name, value] : request.headers)
      transfer.headers = curl_slist_append(transfer.headers, (name + ": " + value).c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  }

  io::Task<base::Result<Response>> send(Request request) {
    Transfer transfer(loop_);
    if (closed_) co_return base::fail(Code::closed, "HTTP client is closed");
    transfer.easy = take_handle();
    prepare(transfer, request);
    transfers_.emplace(transfer.easy, &transfer);
    curl_multi_add_handle(multi_, transfer.easy);
    // Cancellation must not unwind before the handle is out of curl's hands: it is looked at by hand.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (!transfer.finished) {
      co_await transfer.done.async_wait(io::kNoThrow);
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (state.cancelled() != boost::asio::cancellation_type::none) break;
    }
    if (!transfer.finished) {
      transfers_.erase(transfer.easy);
      curl_multi_remove_handle(multi_, transfer.easy);
    }
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    curl_slist_free_all(transfer.headers);
    give_back(transfer.easy);
    co_await boost::asio::this_coro::throw_if_cancelled(true);
    if (!transfer.finished || closed_) co_return base::fail(Code::closed, origin_of(request.url) + ": request given up");
    if (transfer.result != CURLE_OK) {
      const char* const why = transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(transfer.result);
      co_return base::fail(code_of(transfer.result), origin_of(request.url) + ": " + why);
    }
    co_return std::move(transfer.response);
  }

 private:
  // What curl wants to know of one of its sockets. The descriptor is curl's: it is released, never closed, here.
  struct Watch {
    explicit Watch(const boost::asio::any_io_executor& loop, int fd) : descriptor(loop, fd) {}
    stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false, writing = false;
  };

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<Impl*>(self)->watch(fd, what);
    return 0;
  }
  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<Impl*>(self)->set_timer(milliseconds);
    return 0;
  }

  void watch(int fd, int what) {
    if (what == CURL_POLL_REMOVE) {
      const auto found = watches_.find(fd);
      if (found == watches_.end()) return;
      found->second->wanted = 0;
      found->second->descriptor.release();
      watches_.erase(found);
      return;
    }
    std::shared_ptr<Watch>& watch = watches_[fd];
    if (!watch) watch = std::make_shared<Watch>(loop_, fd);
    watch->wanted = what;
    wait(fd, watch);
  }

  void wait(int fd, const std::shared_ptr<Watch>& watch) {
    const auto arm = [&](int bit, bool Watch::* busy, stream_descriptor::wait_type type, int event) {
      if ((watch->wanted & bit) == 0 || watch.get()->*busy) return;
      watch.get()->*busy = true;
      watch->descriptor.async_wait(
          type, [self = shared_from_this(), weak = std::weak_ptr(watch), fd, busy, event](auto error) {
            const auto alive = weak.lock();
            if (!alive) return;
            alive.get()->*busy = false;
            if (error || self->closed_ || alive->wanted == 0) return;
            self->act(fd, event);
            if (const auto found = self->watches_.find(fd); found != self->watches_.end() && found->second == alive)
              self->wait(fd, alive);
          });
    };
    arm(CURL_POLL_IN, &Watch::reading, stream_descriptor::wait_read, CURL_CSELECT_IN);
    arm(CURL_POLL_OUT, &Watch::writing, stream_descriptor::wait_write, CURL_CSELECT_OUT);
  }

  void set_timer(long milliseconds) {
    timer_.cancel();
    if (milliseconds < 0 || closed_) return;
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([weak = weak_from_this()](auto error) {
      if (const auto self = weak.lock(); self && !error && !self->closed_) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(int fd, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, fd, events, &running);
    int queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode result = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
      curl_multi_remove_handle(multi_, easy);
      transfers_.erase(easy);
      transfer->result = result;
      transfer->finished = true;
      transfer->done.cancel();
    }
  }

  boost::asio::any_io_executor loop_;
  ClientOptions options_;
  CURLM* multi_ = nullptr;
  boost::asio::steady_timer timer_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  std::map<CURL*, Transfer*> transfers_;
  std::vector<CURL*> spare_;  // keep their TLS sessions and DNS answers
  bool closed_ = false;
};

Client::Client(boost::asio::any_io_executor loop, ClientOptions options)
    : impl_(std::make_shared<Impl>(std::move(loop), std::move(options))) {}

Client::~Client() { impl_->close(); }

io::Task<base::Result<Response>> Client::send(Request request) {
  const std::shared_ptr<Impl> impl = impl_;  // outlives the client while a request is under way
  co_return co_await impl->send(std::move(request));
}

}  // namespace longshore::http
