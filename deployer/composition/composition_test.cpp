#include "deployer/composition/composition.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string why(const base::Result<Composition>& read) { return read ? "accepted" : read.error().message; }
std::string why_not(std::string_view text) { return why(read_composition(text, "c_20150619_1504", "f")); }
std::string why_no_lock(std::string_view text) { return why(read_lock(text, "c_20150619_1504", "f.lock")); }

TEST(Composition, IsReadInItsOrderWithCommentsAndAnyBlanks) {
  const auto read = read_composition(
      "# c_20150619_1504\n\n  web \t registry.example:5000/shop/web:20150619_1504  # ours\r\n#x y\nhaproxy haproxy:2.6.12",
      "c_20150619_1504", "f");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "c_20150619_1504");
  ASSERT_EQ(read->components.size(), 2U);
  EXPECT_EQ(read->components[0], (Component{"web", {"registry.example:5000", "shop/web", "20150619_1504", ""}}));
  EXPECT_EQ(read->find("haproxy")->image.path, "library/haproxy");
  EXPECT_EQ(read->find("none"), nullptr);
}

TEST(Composition, TellsEachMistakeAtItsPlace) {
  EXPECT_EQ(why_not("web shop/web"), "f:1:13: image \"shop/web\" has no tag: name the version that was tested");
  EXPECT_EQ(why_not("\n web shop/web:latest"), "f:2:15: the tag \"latest\" is of another image every time: name a version");
  EXPECT_EQ(why_not("web a:1@" + kDigest),
            "f:1:8: a digest belongs into the lock: leave it out here, and `deployer resolve` writes it there");
  EXPECT_EQ(why_not("web a:1\nweb a:2"), "f:2:1: \"web\" stands in line 1 already");
  EXPECT_EQ(why_not("web"), "f:1:1: \"web\" has no image: NAME IMAGE:TAG");
  EXPECT_EQ(why_not("web=a:1"), "f:1:4: \"=\" between name and image: write a blank");
  EXPECT_EQ(why_not("web a:1 b"), "f:1:9: \"b\" behind the image: a line is NAME IMAGE:TAG, and a comment begins with #");
  EXPECT_EQ(why_not("web: a:1"), "f:1:1: \"web:\" is no component's name, did you mean \"web\"?");
  EXPECT_EQ(why_not("Web a:1"), "f:1:1: \"Web\" is no component's name, did you mean \"web\"?");
  EXPECT_EQ(why_not("w/b a:1"), "f:1:1: \"w/b\" is no component's name: a-z, 0-9, _ . and -, at most 63");
  EXPECT_EQ(why_not("web a:1\nx  shop/Web:1"),
            "f:2:9: image \"shop/Web:1\": \"W\" in the repository: it has small letters only, did you mean \"shop/web\"?");
  EXPECT_EQ(why_not("# nothing\n"), "f: has no component: a line for each, NAME IMAGE:TAG");
  EXPECT_EQ(why(read_composition("web a:1", "a b", "f")),
            "f: \"a b\" cannot name a composition: letters, digits, _ . and -, e.g. c_20150619_1504");
}

TEST(Composition, TellsAllMistakesAtOnceButNotThousands) {
  EXPECT_EQ(why_not("Web a\nx"),
            "f:1:1: \"Web\" is no component's name, did you mean \"web\"?\n"
            "f:1:6: image \"a\" has no tag: name the version that was tested\n"
            "f:2:1: \"x\" has no image: NAME IMAGE:TAG");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "x\n";
  EXPECT_TRUE(why_not(many).ends_with("f:50:1: \"x\" has no image: NAME IMAGE:TAG\nf: and 950 more mistakes"));
}

TEST(Lock, IsPrintedSoThatItIsReadAgain) {
  const Composition locked{"c_20150619_1504",
                           {{"web", {"registry.example:5000", "shop/web", "20150619_1504", kDigest}},
                            {"haproxy", {"docker.io", "library/haproxy", "2.6.12", kDigest}}}};
  const std::string text = print_lock(locked);
  EXPECT_EQ(text,
            "# Lock of c_20150619_1504, written by `deployer resolve`: what each tag was when it was resolved.\n"
            "web      registry.example:5000/shop/web:20150619_1504@" +
                kDigest +
                "\n"
                "haproxy  haproxy:2.6.12@" +
                kDigest + "\n");
  EXPECT_EQ(read_lock(text, locked.name, "f.lock").value().components, locked.components);
}

TEST(Lock, WithoutADigestIsRefused) {
  EXPECT_EQ(why_no_lock("web a:1"), "f.lock:1:8: image \"a:1\" has no digest: `deployer resolve` writes locks");
  EXPECT_EQ(why_no_lock("web a@" + kDigest),
            "f.lock:1:6: image \"a@" + kDigest + "\" has no tag: name the version that was tested");
}

TEST(Lock, OfAnotherStateOfTheCompositionIsRefused) {
  const Composition composition = read_composition("a a:1\nb b:1\nc c:1", "x", "f").value();
  const Composition same =
      read_lock("c c:1@" + kDigest + "\na a:1@" + kDigest + "\nb b:1@" + kDigest, "x", "f.lock").value();
  EXPECT_TRUE(check_lock(composition, same, "f.lock"));
  const Composition other =
      read_lock("a a:2@" + kDigest + "\nb b:1@" + kDigest + "\nd d:1@" + kDigest, "x", "f.lock").value();
  EXPECT_EQ(check_lock(composition, other, "f.lock").error().message,
            "f.lock: has a as a:2@" + kDigest +
                ", the composition as a:1\nf.lock: lacks c\nf.lock: has d, the composition has not\n"
                "run `deployer resolve` anew");
}

}  // namespace
}  // namespace longshore::deployer
