#include "common/config/schema.hpp"

#include <gtest/gtest.h>

#include "common/config/outside_for_test.hpp"
#include "common/config/reference.hpp"
#include "common/config/sample.hpp"
#include "common/config/value_rules.hpp"
#include "common/config/yaml.hpp"

namespace longshore::config {
namespace {

using namespace std::chrono_literals;
using base::Bytes;

// A small zoo: bases, choices, secrets, maps, lists of maps and of variants.
enum class Color { red, green };
enum class How { is, has };

struct Named {
  std::string name;
};
struct Paced {
  base::Duration pause = 1s;
  base::Duration most = 60s;
};
struct Cat : Named, Paced {
  Color color = Color::green;
  std::uint32_t lives = 9;
};
struct Dog : Named {
  std::vector<std::string> tricks;
  base::Secret tag;
};
using Animal = std::variant<Cat, Dog>;
struct Test {
  How how = How::is;
  std::string value;
};
struct House {
  Bytes size{64 << 20};
};
struct Zoo {
  std::string home;
  std::uint32_t mode = 0644;
  House house;
  std::vector<Test> tests;
  std::vector<Animal> animals;
};

const Schema<Paced>& paced_part() {
  static const Schema<Paced> part =
      Schema<Paced>{
          field("pause", &Paced::pause, "Time between two meals").between(1ms, 1h),
          field("most", &Paced::most, "Longest time between two meals"),
      }
          .check([](const Paced& paced, const Spot& spot) {
            if (paced.most < paced.pause) spot.option("most").wrong("must not be below pause");
          });
  return part;
}
const Schema<Cat>& cat_schema() {
  static const Schema<Cat> schema{
      field("name", &Named::name, "What it is called").required().example("Tom"),
      choice("color", &Cat::color, {{"red", Color::red}, {"green", Color::green}}, "Of its fur"),
      field("lives", &Cat::lives, "How often it may fall").between(1, 9),
      paced_part(),
  };
  return schema;
}
const Schema<Dog>& dog_schema() {
  static const Schema<Dog> schema{
      field("name", &Named::name, "What it hears").required().example("Rex"),
      secret("tag", &Dog::tag, "Number on its collar").required(),
      field("tricks", &Dog::tricks, "What it can"),
  };
  return schema;
}
const Schema<House>& house_schema() {
  static const Schema<House> schema{field("size", &House::size, "Room in it").between(Bytes{1}, Bytes{1 << 30})};
  return schema;
}
const Schema<Test>& test_schema() {
  static const Schema<Test> schema{
      one_of(field("is", &Test::value, "The whole | text").chooses(&Test::how, How::is).example("a"),
             field("has", &Test::value, "A part").chooses(&Test::how, How::has).example("b"))
          .required()};
  return schema;
}
const Variants<Animal>& animals() {
  static const auto forms =
      Variants<Animal>().add<Cat>("cat", "Says miaow", cat_schema()).add<Dog>("dog", "Says wow", dog_schema());
  return forms;
}
const Schema<Zoo>& zoo_schema() {
  static const Schema<Zoo> schema{
      field("home", &Zoo::home, "Where it is").is(url({"http", "https"})),
      octal("mode", &Zoo::mode, "Who may enter"),
      nested("house", &Zoo::house, house_schema(), "Where they sleep"),
      list("tests", &Zoo::tests, test_schema(), "What they are asked"),
      variants("animals", &Zoo::animals, animals(), "Who lives there").required(),
  };
  return schema;
}

// The effective configuration, or what is wrong with it.
std::string load(std::string_view yaml, const Outside& outside = outside_for_test({"NONE", "/none"})) {
  Problems problems("zoo.yaml");
  Zoo zoo;
  if (const auto node = parse_yaml(yaml, problems)) zoo_schema().read(Spot(*node, "", problems, outside), zoo);
  return problems.count() > 0 ? problems.text() : zoo_schema().print(zoo);
}

TEST(Schema, EffectiveConfigurationHasDefaultsAndHidesSecrets) {
  EXPECT_EQ(load("home: 'https://x'\n"
                 "tests: [{has: b}, {is: a}]\n"
                 "animals: [{type: cat, name: Tom, color: red}, {type: dog, name: 'Re x', tag_file: /t, tricks: [sit]}]\n"),
            "home: \"https://x\"\n"
            "mode: 0644\n"
            "house:\n  size: 64MiB\n"
            "tests:\n  - has: b\n  - is: a\n"
            "animals:\n"
            "  - type: cat\n    name: Tom\n    color: red\n    lives: 9\n    pause: 1s\n    most: 1m\n"
            "  - type: dog\n    name: \"Re x\"\n    tag: \"[secret]\"\n    tricks: [sit]\n");
}

TEST(Schema, AMapThatMayBeLeftOutIsThereOnlyIfGiven) {
  struct Garden {
    std::optional<House> house;
  };
  static const Schema<Garden> schema{nested("house", &Garden::house, house_schema(), "Where they sleep")};
  Problems problems("garden.yaml");
  Garden with, without;
  const Outside outside = outside_for_test();
  schema.read(Spot(*parse_yaml("house: {size: 5kB}", problems), "", problems, outside), with);
  schema.read(Spot(*parse_yaml("{}", problems), "", problems, outside), without);
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(schema.print(with), "house:\n  size: 5kB\n");
  EXPECT_EQ(schema.print(without), "");
}

TEST(Schema, EffectiveConfigurationReadsBackTheSame) {
  const std::string once = load("mode: 0600\nhouse: {size: 5kB}\nanimals: [{type: cat, name: '- #', pause: 1ms}]\n");
  EXPECT_EQ(load(once), once);
}

TEST(Schema, AllProblemsAreToldInTheOrderOfTheFile) {
  EXPECT_EQ(load("animals:\n"
                 "  - {type: cat, nam: Tom, pause: 5, color: blue}\n"
                 "  - {type: cow}\n"
                 "  - {name: Rex}\n"
                 "  - 7\n"
                 "hose: 1\n"),
            "zoo.yaml:2:17: animals[0]: unknown option \"nam\", did you mean \"name\"?\n"
            "zoo.yaml:2:34: animals[0].pause: \"5\" needs a unit, e.g. \"5s\"\n"
            "zoo.yaml:2:44: animals[0].color: unknown value \"blue\", not one of: red, green\n"
            "zoo.yaml:3:12: animals[1].type: unknown type \"cow\", not one of: cat, dog\n"
            "zoo.yaml:4:5: animals[2]: needs \"type\", one of: cat, dog\n"
            "zoo.yaml:5:5: animals[3]: needs \"type\", one of: cat, dog\n"
            "zoo.yaml:6:1: unknown option \"hose\", did you mean \"home\"?");
}

TEST(Schema, ManyProblemsAreCutAfterFifty) {
  std::string yaml = "animals:\n";
  for (int i = 0; i < 60; ++i) yaml += "  - 7\n";
  EXPECT_TRUE(load(yaml).ends_with("\nzoo.yaml: 10 more problems"));
}

TEST(Schema, WhatIsRequiredMustBeThereAndNotBeEmpty) {
  EXPECT_EQ(load(""), "zoo.yaml:1:1: needs \"animals\"");
  EXPECT_EQ(load("animals:\n"), "zoo.yaml:2:1: animals: must not be empty");
  EXPECT_EQ(load("animals: []\n"), "zoo.yaml:1:10: animals: must not be empty");
  EXPECT_EQ(load("animals: [{type: cat, name: ''}]\n"), "zoo.yaml:1:29: animals[0].name: must not be empty");
}

TEST(Schema, OfAGroupExactlyOneIsGiven) {
  EXPECT_EQ(load("tests: [{}, {is: a, has: b}]\nanimals: [{type: cat, name: a}]\n"),
            "zoo.yaml:1:9: tests[0]: needs one of \"is\", \"has\"\n"
            "zoo.yaml:1:26: tests[1].has: only one of these may be given: \"is\", \"has\"");
}

TEST(Schema, ASecretComesFromAFileOrTheEnvironmentAndNeverStandsInTheText) {
  const auto dog = [](const std::string& tag) { return load("animals: [{type: dog, name: Rex, " + tag + "}]"); };
  EXPECT_TRUE(dog("tag_file: /t").ends_with("tag: \"[secret]\"\n"));
  EXPECT_TRUE(dog("tag: 'env:TAG'").ends_with("tag: \"[secret]\"\n"));
  EXPECT_EQ(dog("tag: hunter2"),
            "zoo.yaml:1:39: animals[0].tag: a secret must not stand in this file: write tag_file: PATH, or tag: env:NAME");
  EXPECT_EQ(dog("tag_file: /none"), "zoo.yaml:1:44: animals[0].tag_file: read secret /none: not there");
  EXPECT_EQ(dog("tag: 'env:NONE'"), "zoo.yaml:1:39: animals[0].tag: the environment has no NONE: set it, or name a file");
  EXPECT_EQ(dog("tag_file: /t, tag: 'env:T'"),
            "zoo.yaml:1:53: animals[0].tag: only one of these may be given: \"tag_file\", \"tag\"");
  EXPECT_EQ(dog("tricks: []"), "zoo.yaml:1:11: animals[0]: needs one of \"tag_file\", \"tag\"");
}

TEST(Schema, ValuesKeepTheirRangesAndRules) {
  EXPECT_EQ(load("mode: 644\nhome: 'ftp://x'\nhouse: {size: 2GiB}\n"
                 "animals: [{type: cat, name: a, lives: 10}, {type: cat, name: b, pause: 2m}]\n"),
            "zoo.yaml:1:7: mode: \"644\" is not an octal number from 0000 to 0777, e.g. 0660\n"
            "zoo.yaml:2:7: home: \"ftp://x\" is not an address that begins with http://, https://\n"
            "zoo.yaml:3:15: house.size: 2GiB is not between 1B and 1GiB\n"
            "zoo.yaml:4:39: animals[0].lives: 10 is not between 1 and 9\n"
            "zoo.yaml:4:44: animals[1].most: must not be below pause");
}

TEST(Schema, ReferencePageDescribesEveryTableOnce) {
  EXPECT_EQ(reference(zoo_schema(), "# Zoo\n"), R"(# Zoo

| option | type | default | meaning |
|---|---|---|---|
| `home` | URL, `http://`, `https://` |  | Where it is |
| `mode` | octal number | `0644` | Who may enter |
| `house` | [map](#house) |  | Where they sleep |
| `tests` | [list of maps](#tests) |  | What they are asked |
| `animals` | [list of maps](#animals) | required | Who lives there |

## house

| option | type | default | meaning |
|---|---|---|---|
| `size` | size, 1B to 1GiB | `64MiB` | Room in it |

## tests

| option | type | default | meaning |
|---|---|---|---|
| `is` | text | one of these | The whole \| text |
| `has` | text | one of these | A part |

## animals

### `type: cat`

Says miaow.

| option | type | default | meaning |
|---|---|---|---|
| `name` | text | required | What it is called |
| `color` | red, green | `green` | Of its fur |
| `lives` | number, 1 to 9 | `9` | How often it may fall |
| `pause` | duration, 1ms to 1h | `1s` | Time between two meals |
| `most` | duration | `1m` | Longest time between two meals |

### `type: dog`

Says wow.

| option | type | default | meaning |
|---|---|---|---|
| `name` | text | required | What it hears |
| `tag_file` | file | one of these | Number on its collar; the file that holds it |
| `tag` | `env:NAME` | one of these | Number on its collar; the environment variable that holds it |
| `tricks` | list of texts |  | What it can |
)");
}

TEST(Schema, SampleShowsEveryOptionAndLoads) {
  const std::string text = sample(zoo_schema(), "Zoo\n");
  EXPECT_EQ(text, R"(# Zoo
# Where it is
#home: ""
# Who may enter
#mode: 0644
# Where they sleep
#house:
  # Room in it
  #size: 64MiB
# What they are asked
#tests:
  # The whole | text; one of these is required
  #- is: a
    # A part; one of these is required
    #has: b
# Who lives there; required
animals:
  # Says miaow
  - type: cat
    # What it is called; required
    name: Tom
    # Of its fur
    #color: green
    # How often it may fall
    #lives: 9
    # Time between two meals
    #pause: 1s
    # Longest time between two meals
    #most: 1m
  # Says wow
  #- type: dog
    # What it hears; required
    #name: Rex
    # Number on its collar; the file that holds it; one of these is required
    #tag_file: /run/secrets/tag
    # Number on its collar; the environment variable that holds it; one of these is required
    #tag: env:NAME
    # What it can
    #tricks: []
)");
  EXPECT_TRUE(load(text).starts_with("mode: 0644\n")) << load(text);
}

}  // namespace
}  // namespace longshore::config
