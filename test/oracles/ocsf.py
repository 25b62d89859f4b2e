"""Validates every line of a JSONL file of OCSF events against the schema of its class, version and profiles, and by
two rules of OCSF that the schema does not hold: type_uid follows from class and activity, and no finding comes twice.

    python ocsf.py FILE

Prints "ok lines=N" and exits with 0, or prints the first wrong lines and exits with 1. Needs ocsf-json-schema and
jsonschema; no network.
"""

import json
import sys
from functools import cache

import jsonschema
from ocsf_json_schema import OcsfJsonSchema, OcsfJsonSchemaEmbedded, get_ocsf_schema

MOST_REPORTED = 5


@cache
def validator(version, class_uid, profiles):
    schema = OcsfJsonSchemaEmbedded(OcsfJsonSchema(get_ocsf_schema(version)))
    name = schema.lookup_class_name_from_uid(class_uid)
    document = schema.get_class_schema(name, list(profiles))
    return jsonschema.validators.validator_for(document)(document)


def errors(line, uids):
    event = json.loads(line)
    metadata = event["metadata"]
    judge = validator(metadata["version"], event["class_uid"], tuple(metadata.get("profiles", [])))
    found = [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(event)]
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("type_uid is not class_uid * 100 + activity_id")
    if event["finding_info"]["uid"] in uids:
        found.append("finding_info.uid was used before")
    uids.add(event["finding_info"]["uid"])
    return found


def main(path):
    wrong = 0
    number = 0
    uids = set()
    # A line ends at a line feed alone.
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            for error in errors(line, uids):
                wrong += 1
                if wrong <= MOST_REPORTED:
                    print(f"line {number}: {error}")
    if wrong == 0:
        print(f"ok lines={number}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
