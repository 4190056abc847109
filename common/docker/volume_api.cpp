#include "common/docker/volume_api.hpp"

#include "common/base/json.hpp"
#include "common/docker/json.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;
using http::percent_encode;

template <class Object>
Volume volume_of(const Object& object) {
  return {text_of(object["Name"]), texts_of(object["Labels"])};
}

}  // namespace

ApiRequest create_volume(const Volume& volume) {
  return create_volume(base::JsonObject().text("Name", volume.name).value("Labels", json_object(volume.labels)).take());
}
ApiRequest create_volume(std::string body) {
  return {.method = "POST", .target = "/volumes/create", .body = std::move(body)};
}
ApiRequest list_volumes(const std::vector<std::string>& labels) {
  return {"GET", "/volumes?filters=" + percent_encode(label_filter(labels))};
}
ApiRequest inspect_volume(std::string_view name) { return {"GET", "/volumes/" + percent_encode(name)}; }
ApiRequest remove_volume(std::string_view name) { return {"DELETE", "/volumes/" + percent_encode(name)}; }

Result<Volume> read_volume(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "volume"));
  Volume volume = volume_of(root);
  if (volume.name.empty()) return fail(Code::corrupt, "the Docker API answers a volume without a name");
  return volume;
}

Result<std::vector<Volume>> read_volumes(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "list of volumes"));
  std::vector<Volume> volumes;
  simdjson::dom::array array;
  if (root["Volumes"].get(array) == simdjson::SUCCESS)  // null where there are none
    for (const simdjson::dom::element element : array) {
      Volume volume = volume_of(element);
      if (volume.name.empty()) return fail(Code::corrupt, "the Docker API lists a volume without a name");
      volumes.push_back(std::move(volume));
    }
  return volumes;
}

}  // namespace longshore::docker
