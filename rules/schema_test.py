#!/usr/bin/env python3
"""rules/schema.json takes every example, and refuses what the rules' own reader refuses."""

import json
import pathlib
import unittest

import jsonschema
import yaml

RULES = pathlib.Path(__file__).resolve().parent
SCHEMA = jsonschema.Draft202012Validator(json.loads((RULES / "schema.json").read_text(encoding="utf-8")))
GOOD = {"rule": "a", "match": "oops"}


class Loader(yaml.SafeLoader):
    """Leaves times as texts, as the rules' reader does."""


Loader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)

    def test_it_takes_every_example(self):
        files = [f for f in sorted((RULES / "examples").rglob("*.yaml")) if f.parent.name != "lists"]
        self.assertGreater(len(files), 8)
        for file in files:
            content = yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506: made from the safe one
            for name, items in (content.items() if {"rules", "mutes"} & content.keys() else ()):
                one = SCHEMA.evolve(schema={**SCHEMA.schema, "anyOf": [{"$ref": f"#/$defs/{name[:-1]}"}]})
                for item in items:
                    self.assertEqual([e.message for e in one.iter_errors(item)], [], f"{file}: {item.get('rule')}")
            self.assertTrue(SCHEMA.is_valid(content), file)

    def test_it_takes_short_forms(self):
        for more in ({"tests": [{"name": "x", "lines": ["a", {"line": "b", "at": "5s"}], "expect": [{"open": {}}]}]},
                     {"group_by": "host"}, {"group_by": ["host"]}, {"alert": {"samples": 0}},
                     {"when": {"count": ">= 2", "within": "1h30m"}}):
            self.assertTrue(SCHEMA.is_valid(GOOD | more), more)

    def test_it_refuses_mistakes(self):
        for more in ({"prioritty": "P1"}, {"alert": {"priority": "P6"}}, {"open": {"keep": 5}}, {"when": {}},
                     {"when": {"count": ">= 2", "absent": "5m"}}, {"alert": {"samples": "many"}}, {"open": {"keep": "soon"}},
                     {"tests": [{"name": "x"}]}):
            self.assertFalse(SCHEMA.is_valid(GOOD | more), more)
        self.assertFalse(SCHEMA.is_valid({"match": "x"}))
        self.assertFalse(SCHEMA.is_valid({"reason": "x", "rules": ["a"]}), "a mute without an end")


if __name__ == "__main__":
    unittest.main()
