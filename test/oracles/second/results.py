"""What report.json says, made again from the evidence of the pack. Written from docs/FORMAT.md alone."""

import math
from datetime import date, datetime, timedelta
import forms
from forms import check
from pack import OUTCOMES

EVIDENCE_COLUMNS = ["entry", "body", "at", "source", "subject", "resource_type", "name", "account", "region", "outcome", "change", "reason"]
JSON = "data/report.json"


def time_of(body):
    return body["event"]["eventTime"] if "event" in body else body["at"]


def evidence_row(index, digest, body):
    return [index, digest, time_of(body), *(body[it] for it in ("source", "subject", "resourceType", "name", "account", "region", "outcome", "change", "reason"))]


def sources_of(report):
    """Sources that controls name, each once, in order."""
    return list(dict.fromkeys(source["source"] for control in report["controls"] for source in control["sources"]))


def cited(report):
    entries = {run["entry"] for run in report["runs"]}
    for source in (source for control in report["controls"] for source in control["sources"]):
        entries.update(entry for it in source["failing"] for entry in it["entries"])
        entries.update(it["entry"] for it in source["inconclusive"])
    entries.update(item["entry"] for sample in report["samples"] for item in sample["items"])
    return entries | ({report["previous"]["entry"]} if report["previous"] else set())


def in_order(rows):
    return sorted(rows, key=lambda row: (row[1]["at"], row[0]))


def evidence_by_source(pack):
    found = {}
    for index, body in pack.of_kind("evidence"):
        found.setdefault(body["source"], []).append((index, body))
    return {source: in_order(rows) for source, rows in found.items()}


def observations_of(pack):
    """(index, body, observation) of the report's sources on days of the period, in order of (time, index)."""
    report = pack.report
    period, sources = report["period"], set(sources_of(report))
    return [(index, body, it) for index, body in in_order(pack.of_kind("observations")) for it in body["observations"]
            if it["source"] in sources and period["from"] <= it["day"] <= period["to"]]


def counts_of(bodies):
    bodies = list(bodies)
    return {outcome: sum(body["outcome"] == outcome for body in bodies) for outcome in OUTCOMES}


def populations(pack):
    evidence, hashes = {}, pack.bodies[1]
    for index, body in in_order(pack.of_kind("evidence")):
        evidence.setdefault((body["source"], body["account"], body["region"]), []).append((index, body))
    digests = set()
    for entry, body, it in observations_of(pack):
        place = (it["source"], body["account"], body["region"])
        digests.add((*place, it["digest"]))
        wrong = observation_problem(entry, body, it, evidence.get(place, []), hashes)
        if wrong:
            yield f"data/evidence/bodies.jsonl: entry {entry}: {place} on {it['day']}: {wrong}"
    for source in (source for control in pack.report["controls"] for source in control["sources"]):
        for place, digest in source["digests"].items():
            if (source["source"], *place.split("/", 1), digest) not in digests:
                yield f"{JSON}: {source['source']}: its digest for {place} is that of no observation"


def observation_problem(entry, body, it, rows, hashes):
    is_events = it["source"].startswith("cloudtrail:")
    if is_events:
        held = [(index, e) for index, e in rows if e["run"] == body["run"] and "event" in e and e["event"]["eventTime"][:10] == it["day"]]
    else:
        states = {}
        for index, e in rows:
            if e["at"] <= body["at"] and index < entry:
                states[e["subject"]] = (index, e)
        held = [(index, e) for index, e in states.values() if e["change"] != "absent"]
        if not it["complete"]:
            held = [(index, e) for index, e in held if e["subject"] == f"population:{it['resourceType']}"]
    counts = counts_of(e for _, e in held)
    if sum(it["counts"].values()) != it["population"]:
        return "its counts do not add up"
    if any(counts[o] > it["counts"][o] if is_events else counts[o] != it["counts"][o] for o in OUTCOMES):
        return f"it counts {it['counts']}, the evidence gives {counts}"
    if forms.population_digest((e["subject"], hashes[index]) for index, e in held) != it["digest"]:
        return "the evidence gives another digest"
    return None


# --- what was pinned, and what follows from it --------------------------------------------------------------------


def pinned(pack):
    """The framework's definitions, and what is wrong with what was pinned."""
    report, wrong = pack.report, []
    for kind, key in (("framework", "framework"), ("assessment", "definition")):
        wrong += [f"entry {index}: its sha256 is not that of its {key}" for index, body in pack.of_kind(kind) if forms.sha256(forms.canonical(body[key]).encode()) != body["sha256"]]
    frameworks = [body["framework"] for _, body in pack.of_kind("framework") if body["sha256"] == report["framework"]["sha256"]]
    told = {"framework": report["framework"]["sha256"], **{it: report[it] for it in ("scope", "period", "coverageThreshold")}}
    if not any(all(body["definition"].get(key) == value for key, value in told.items()) for _, body in pack.of_kind("assessment")):
        wrong.append(f"{JSON}: no assessment in the pack pins its framework, scope, period and threshold")
    if not frameworks:
        return {}, [*wrong, f"{JSON}: its framework is not in the pack"]
    controls = [it["id"] for set_ in frameworks[0]["framework"]["control_sets"] for it in set_["controls"]]
    if [it["id"] for it in report["controls"]] != controls:
        wrong.append(f"{JSON}: its controls are not those of its framework")
    return frameworks[0]["definitions"], wrong


def results(pack):
    report = pack.report
    definitions, wrong = pinned(pack)
    yield from wrong
    evidence, observations = evidence_by_source(pack), {}
    for row in observations_of(pack):
        observations.setdefault(row[2]["source"], []).append(row)
    made = {}
    for control in report["controls"]:
        for source in control["sources"]:
            name = source["source"]
            if name not in definitions:
                yield f"{JSON}: {name} is not defined by the framework"
                continue
            if name not in made:
                made[name] = follow(report, definitions[name], evidence.get(name, []), observations.get(name, []))
            for key, value in made[name].items():
                found = source.get(key)
                if key == "failing":
                    found = [{k: v for k, v in it.items() if k not in ("exception", "reason")} for it in found]
                if found != value:
                    yield f"{JSON}: {control['id']}, {name}: `{key}` does not follow from the evidence"


def follow(report, definition, evidence, observations):
    scope, period = report["scope"], report["period"]
    start, is_events = f"{period['from']}T00:00:00.000Z", definition["kind"] == "events"
    newest = {f"{body['account']}/{body['region']}": it for _, body, it in observations}
    counted = [it for _, _, it in observations] if is_events else newest.values()
    days = strip(report, definition, observations)
    histories = {}
    for row in evidence:
        histories.setdefault((row[1]["account"], row[1]["region"], row[1]["subject"]), []).append(row)
    events = [rows[0] for rows in histories.values()]
    made = {
        "observations": len(observations), "population": sum(it["population"] for it in counted),
        "counts": {o: sum(it["counts"][o] for it in counted) for o in OUTCOMES},
        "digests": {place: it["digest"] for place, it in newest.items()},
        "days": days, "observedDays": len(days) - days.count(".") - days.count("x"),
    }
    if is_events:
        failing = [interval(row, row, time_of(row[1]), time_of(row[1]), None, [row[0]]) for row in events if row[1]["outcome"] == "non_compliant"]
        unsure = [inconclusive(row, time_of(row[1])) for row in events if row[1]["outcome"] == "inconclusive"]
        return {**made, "failing": failing, "inconclusive": unsure, "events": sum(e["outcome"] != "inconclusive" for _, e in events), "wanted": definition.get("wanted", "any")}
    failing = [it for rows in histories.values() for it in intervals(rows) if it["to"] is None or it["to"] >= start]
    return {**made, "failing": failing, "inconclusive": [it for rows in histories.values() for it in unknown(rows)]}


def strip(report, definition, observations):
    scope, period = report["scope"], report["period"]
    regions = ["global"] if definition["scope"] == "global" else scope["regions"]
    places = {(account, region) for account in scope["accounts"] for region in regions}
    by_day = {}
    for _, body, it in observations:
        by_day.setdefault(it["day"], []).append(((body["account"], body["region"]), it))
    text, day = "", date.fromisoformat(period["from"])
    while day <= date.fromisoformat(period["to"]):
        rows = by_day.get(day.isoformat(), [])
        # Events of a day come bit by bit: the newest observation of a place says whether all were read.
        said = dict(rows) if rows and rows[0][1]["source"].startswith("cloudtrail:") else {place: it for place, it in rows if it["complete"]}
        complete = {place for place, it in said.items() if it["complete"]}
        counts = [it["counts"] for _, it in rows]
        text += ("." if not rows else "f" if any(it["non_compliant"] for it in counts) else "x" if places - complete
                 else "i" if any(it["complete"] and it["counts"]["inconclusive"] for _, it in rows) else "c" if any(it["compliant"] for it in counts) else "0")
        day += timedelta(days=1)
    return text


def is_unjudged(body):
    return body["failures"].get("source", {}).get("name") == "SourceRemoved"


def intervals(rows):
    found, opened = [], None
    for row in rows:
        body = row[1]
        ends = is_unjudged(body) or body["change"] == "absent" or body["outcome"] in ("compliant", "not_applicable")
        if opened and ends:
            end = "unjudged" if is_unjudged(body) else "gone" if body["change"] == "absent" else body["outcome"]
            found.append(interval(opened, row, opened[1]["at"], body["at"], end, [opened[0], row[0]]))
            opened = None
        if not opened and body["change"] != "absent" and body["outcome"] == "non_compliant":
            opened = row
    return found + ([interval(opened, None, opened[1]["at"], None, None, [opened[0]])] if opened else [])


def interval(opened, closed, start, end, how, entries):
    seconds = None if end is None else math.floor((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() + 0.5)
    return {**{it: opened[1][it] for it in ("subject", "name", "account", "region")}, "from": start, "to": end, "seconds": seconds, "end": how, "entries": entries}


def unknown(rows):
    last = rows[-1][1]
    if last["change"] == "absent" or last["outcome"] != "inconclusive":
        return []
    known = [i for i, (_, body) in enumerate(rows) if body["change"] == "absent" or body["outcome"] != "inconclusive"]
    return [inconclusive(rows[-1], rows[known[-1] + 1 if known else 0][1]["at"])]


def inconclusive(row, since):
    index, body = row
    failures = list(body["failures"].values())
    return {**{it: body[it] for it in ("subject", "account", "region", "reason")}, "since": since, "failure": failures[0] if failures else None, "entry": index}


# --- samples and changes ------------------------------------------------------------------------------------------


def samples(pack):
    report, hashes = pack.report, pack.bodies[1]
    scope, period = report["scope"], report["period"]
    start, end = f"{period['from']}T00:00:00.000Z", f"{period['to']}T23:59:59.999Z"
    evidence, expected, by_object = evidence_by_source(pack), [], {}
    for source in sources_of(report):
        states = {}
        for index, body in evidence.get(source, []):
            place, is_event = (body["account"], body["region"], body["subject"]), "event" in body
            in_scope = body["account"] in scope["accounts"] and body["region"] in ["global", *scope["regions"]]
            if in_scope and time_of(body) <= end and (not is_event or time_of(body) >= start) and not (is_event and place in states):
                states[place] = index
        bodies = pack.bodies[0]
        states = {place: index for place, index in states.items() if bodies[index]["change"] != "absent"}
        if states:
            drawn = [states[place] for place in forms.draw(report["ledger"]["root"], source, states)]
            expected.append((source, len(states), [{"entry": i, "body": hashes[i], "at": time_of(bodies[i]),
                **{it: bodies[i][it] for it in ("subject", "name", "account", "region", "outcome", "reason")}, "calls": bodies[i]["retrievals"][:12]} for i in drawn]))
    if [it["source"] for it in report["samples"]] != [source for source, _, _ in expected]:
        yield f"{JSON}: samples are of other sources than those with subjects"
        return
    for found, (source, count, items) in zip(report["samples"], expected):
        plain = [{**it, "calls": [{key: call[key] for key in ("operation", "object", "line", "sha256")} for call in it["calls"]]} for it in found["items"]]
        if found["population"] != count or plain != items:
            yield f"{JSON}: the sample of {source} is not what is drawn from its evidence"
        for call in (call for it in found["items"] for call in it["calls"]):
            by_object.setdefault(call["object"], []).append(call)
    for object_, calls in by_object.items():
        recorded = pack.calls(object_)
        for call in calls:
            line = recorded[call["line"] - 1]
            if (call["requestId"], call["caller"], call["at"]) != (line["requestId"], line["caller"], line["startedAt"]):
                yield f"{JSON}: a sample says another request, caller or time than line {call['line']} of {object_}"


def state_of(report):
    def of(control):
        counting = [it for it in control["sources"] if it["strength"] != "supporting"]
        return {"verdict": control["verdict"], "subjects": sum(it["population"] for it in counting),
                "failing": sum(f["to"] is None and f["exception"] is None for it in counting for f in it["failing"]), "inconclusive": sum(len(it["inconclusive"]) for it in counting)}
    return {it["id"]: of(it) for it in report["controls"]}, {it["id"]: it["state"] for it in report["exceptions"]}


def changes(before, after, name, same):
    found = [{name: key, "before": before.get(key), "after": now} for key, now in after.items() if key not in before or not same(before[key], now)]
    return found + [{name: key, "before": then, "after": None} for key, then in before.items() if key not in after]


def previous(pack):
    report, told = pack.report, pack.report["previous"]
    reports = {index: body for index, body in pack.of_kind("report")}
    if told is None:
        return
    body = reports.get(told["entry"])
    check(body is not None and "state" in body and body["framework"] == report["framework"]["id"], f"{JSON}: previous is no report of the same framework in the pack")
    state = body["state"]
    check(state["scope"] == report["scope"], f"{JSON}: previous is a report of another scope")
    controls, exceptions = state_of(report)
    changed = changes(state["controls"], controls, "control", lambda a, b: all(a[it] == b[it] for it in ("verdict", "failing", "inconclusive")))
    expected = {"id": state["report"], "period": body["period"], "at": body["at"], "entry": told["entry"], "treeSize": body["treeSize"], "controls": changed,
                "unchanged": len(controls) - sum(it["after"] is not None for it in changed), "exceptions": changes(state["exceptions"], exceptions, "exception", lambda a, b: a == b)}
    if expected != told:
        yield f"{JSON}: what has changed does not follow from entry {told['entry']} and the report"
