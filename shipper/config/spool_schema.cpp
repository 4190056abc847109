#include "shipper/config/schemas.hpp"

namespace longshore::shipper {

using namespace std::chrono_literals;
using base::Bytes;
using config::choice;
using config::field;
using config::Schema;

const Schema<SpoolOptions>& spool_schema() {
  static const Schema<SpoolOptions> schema =
      Schema<SpoolOptions>{
          field("dir", &SpoolOptions::dir, "Folder of the spool; `spool` in data_dir if not given"),
          field("max_size", &SpoolOptions::max_size, "Bytes on disk at most; when they are used up, sources wait")
              .between(Bytes{1 << 20}, Bytes{1ULL << 50}),
          field("segment_size", &SpoolOptions::segment_size,
                "Bytes of one file of the spool; at most a quarter of max_size is used")
              .between(Bytes{4 << 10}, Bytes{1 << 30}),
          choice(
              "durability", &SpoolOptions::durability,
              {{"batch", Durability::batch}, {"always", Durability::always}, {"none", Durability::none}},
              "What a power loss may take: `batch` the last group, `always` nothing that was acknowledged, `none` what the "
              "kernel had not written; a killed process takes nothing in any case"),
          field("group_interval", &SpoolOptions::group_interval, "A group of events is written after this time")
              .between(1ms, 10s),
          field("group_size", &SpoolOptions::group_size, "Bytes after which a group is written earlier")
              .between(Bytes{4 << 10}, Bytes{16 << 20}),
          choice("codec", &SpoolOptions::codec, {{"none", Codec::none}, {"zstd", Codec::zstd}}, "Compression on disk"),
          field("memory", &SpoolOptions::memory, "Bytes of recent events kept in memory for the sinks")
              .between(Bytes{0}, Bytes{4ULL << 30}),
      }
          .check([](const SpoolOptions& options, const config::Spot& spot) {
            if (options.group_size.value > options.max_size.value / 4)
              spot.option("group_size").wrong("must not be over a quarter of max_size");
          });
  return schema;
}

}  // namespace longshore::shipper
