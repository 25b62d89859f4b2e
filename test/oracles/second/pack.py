"""Opens a pack and holds what several steps need. Written from docs/FORMAT.md alone."""

import os, re, stat, struct, zipfile, zlib
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
import forms
from forms import Bad, check

MIB = 1024 * 1024
FILES, BYTES, FOLDERS = 2_000_000, 64 * 1024 * MIB, 10
PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
HASH, UUID = re.compile("[0-9a-f]{64}"), re.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
DAY, ACCOUNT = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d{12}", re.ASCII)
REGION = re.compile(r"global|[a-z]{2}(-[a-z]+)+-\d+", re.ASCII)
SOURCE = re.compile(r"(check|config_rule|security_hub|cloudtrail):[A-Za-z0-9_.-]+(@[A-Za-z0-9_.,=+-]+)?")
OUTCOMES = ("compliant", "non_compliant", "not_applicable", "inconclusive")
KIND = re.compile("denied|throttled|timeout|network|server|unparsable|unsupported|too_large|not_recorded|rejected")
ERROR = {"kind": KIND, "name": str, "message": str, "status": (int, None)}
FAILURE = {**ERROR, "operation": str, "requestId": (str, None)}
TASK = {"account": ACCOUNT, "region": REGION, "service": str}
COUNTS = {it: int for it in OUTCOMES}
FILE = {"path": str, "sha256": HASH}
PERIOD = {"from": DAY, "to": DAY}
MODE, VIA = re.compile("collect|ingest|evaluate"), re.compile("aws|recording|files|lookup|ledger")
BODY = {"v": lambda v, at: check(v == 1 and v is not True, f"{at}: unknown version"), "kind": str, "id": UUID, "run": UUID, "at": TIME, "salt": re.compile("[0-9a-f]{32}")}


def values(spec):
    def of(value, at):
        check(isinstance(value, dict), f"{at}: expected an object")
        for key, it in value.items():
            forms.shape(it, spec, f"{at}.{key}")
    return of


VERDICT = re.compile("met|met_with_exceptions|not_met|inconclusive|not_assessed|awaiting_attestation|not_applicable")
STATE = {"report": str, "scope": {"accounts": [ACCOUNT], "regions": [REGION]}, "controls": values({"verdict": VERDICT, "subjects": int, "failing": int, "inconclusive": int}), "exceptions": values(re.compile("in_force|expired|unused"))}
OBSERVATION = {"source": SOURCE, "resourceType": str, "day": DAY, "population": int, "counts": COUNTS, "digest": HASH, "complete": bool, "failure?": FAILURE}
PERSON = {"subject": str, "issuer": str, "name?": str}
SELECTOR = re.compile("[a-z0-9]+(-[a-z0-9]+)+")
ROLE = re.compile("viewer|auditor|compliance|admin")
FINDING = {"code": str, "severity": re.compile("error|warning"), "object": str}
BODIES = {
    "evidence": {"source": SOURCE, "subject": str, "resourceType": str, "name": str, "account": ACCOUNT, "region": REGION, "location?": REGION, "outcome": re.compile("|".join(OUTCOMES)), "reason": str,
                 "change": re.compile("first|changed|keyframe|absent|event"), "facts": dict, "failures": values(FAILURE), "judgement?": {"sha256": HASH, "applies?": str, "expect": str, "params": dict},
                 "event?": {"eventID": str, "eventTime": TIME, "eventName": str, "eventSource": str, "actor": str, "file": str, "fileSha256": HASH, "record": int}, "record?": object,
                 "retrievals": [{"operation": str, "object": HASH, "line": int, "sha256": HASH}], "previous": (HASH, None)},
    "observations": {**TASK, "observations": [OBSERVATION], "retrievals": (HASH, None), "calls": int},
    "plan": {"mode": MODE, "via": VIA, "tasks": [TASK], "catalogue": HASH, "software": str},
    "run": {"mode": MODE, "startedAt": TIME, "endedAt": TIME, "expected": int, "collected": int, "failed": [{**TASK, "failures": [FAILURE]}], "calls": int, "throttles": int,
            "files": [{"file": str, "sha256": HASH, "bytes": int, "records": int, "malformed?": str}],
            "looked?": [{"of": str, "account": ACCOUNT, "region": REGION, "from": TIME, "to": TIME}]},
    "framework": {"framework": dict, "sha256": HASH},
    "assessment": {"definition": dict, "sha256": HASH},
    "report": {"framework": str, "period": PERIOD, "treeSize": int, "files": [FILE], "state?": STATE},
    "trust": {"files": [FILE], "verifierKeys?": [str]},
    "access": {"by": (PERSON, None), "role": (ROLE, None), "operation": re.compile("[A-Za-z]{1,60}"), "assessment": (str, None), "asked": values(str), "requestId": str,
               "outcome": re.compile("granted|refused"), "code?": str, "omitted?": int},
    # What is said is in the definition that quotes it.
    "statement": {"by": PERSON, "role": ROLE, "says": dict},
    "audit": {"covered": re.compile("whole|log_and_new"), "from": int, "size": int, "root": (str, None), "ok": bool, "errors": int, "warnings": int, "findings": [FINDING],
              "counts": values(int), "startedAt": TIME, "endedAt": TIME, "software": str},
    "alert": {"selector": SELECTOR, "severity": re.compile("low|medium|high|critical"), "title": str, "why": str, "remediation": str, "account": ACCOUNT, "region": REGION, "receivedAt": TIME,
              "event": {"eventID": str, "eventTime": TIME, "eventName": str, "eventSource": str, "actor": str}, "delivery": {"id": str, "source": str, "account": ACCOUNT, "region": REGION},
              "judgement": {"sha256": HASH, "expect": str, "params": dict}, "problem?": str, "record?": object, "leftOut?": str},
}
ENTRY = {"v": BODY["v"], "kind": re.compile("|".join(BODIES)), "id": UUID, "run": UUID, "at": TIME, "body": re.compile("sha256:[0-9a-f]{64}"), "in": HASH}
RETRIEVAL = {"v": BODY["v"], **TASK, "operation": str, "input": dict, "page": int, "caller": str, "requestId": (str, None), "startedAt": TIME, "endedAt": TIME, "attempts": int, "sdk": str,
             "answer?": object, "error?": ERROR, "redactions": [{"path": str, "rule": str, "digest": str}], "sha256": HASH}


def parse_entry(data):
    value = forms.parse_canonical(data, 1024)
    forms.shape(value, ENTRY)
    return value


def check_body(value):
    check(isinstance(value, dict) and value.get("kind") in BODIES, "is a body of no known kind")
    forms.shape(value, {**BODY, **BODIES[value["kind"]]})


def check_retrieval(value):
    forms.shape(value, RETRIEVAL)
    check(("answer" in value) != ("error" in value), "has not exactly one of answer and error")
    check(value["page"] >= 1, "counts pages from 1")
    check(forms.sha256(forms.canonical(value.get("answer", value.get("error"))).encode()) == value["sha256"], "its answer has another SHA-256 than it says")


# --- where a pack comes from --------------------------------------------------------------------------------------


class Folder:
    def __init__(self, path):
        self.path, self.sizes = path, {}
        for at, folders, names in os.walk(path):
            depth = os.path.relpath(at, path).count(os.sep)
            check(depth < FOLDERS, "folders are nested too deep")
            for name in folders + names:
                found = os.lstat(os.path.join(at, name))
                check(stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode), f"{name}: is a link or no ordinary file")
            for name in names:
                self.sizes[os.path.relpath(os.path.join(at, name), path)] = os.path.getsize(os.path.join(at, name))

    def read(self, name):
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read(self.sizes[name])


class Zip:
    """A zip with the pack's folder in it, in which every byte belongs to a file."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        infos = self.zip.infolist()
        check(infos and not self.zip.comment, "the zip is empty or has a comment")
        check(len(infos) <= FILES, "too many files")
        self.gapless(path, sorted(infos, key=lambda it: it.header_offset))
        folder = infos[0].filename.split("/")[0] + "/"
        prefix = folder if all(it.filename.startswith(folder) for it in infos) else ""
        self.infos = {}
        for it in infos:
            name, parts = it.filename[len(prefix) :], it.filename.split("/")
            check(not it.filename.startswith("/") and not {".", ".."} & set(parts) and "\\" not in it.filename, f"{name}: leads out of the pack")
            check(len(parts) <= FOLDERS and not stat.S_ISLNK(it.external_attr >> 16), f"{name}: is too deep or a link")
            check(it.compress_type in (0, 8) and not it.flag_bits & 1, f"{name}: is neither stored nor deflated")
            check(it.file_size <= MIB or it.file_size <= 200 * it.compress_size, f"{name}: is a bomb")
            if not it.is_dir():
                check(name not in self.infos, f"{name}: is there twice")
                self.infos[name] = it
        self.sizes = {name: it.file_size for name, it in self.infos.items()}

    def gapless(self, path, infos):
        with open(path, "rb") as file:
            least = most = 0
            for it in infos:
                check(least <= it.header_offset <= most, f"{it.filename}: does not begin where the file before it ends")
                file.seek(it.header_offset)
                head = file.read(30)
                name, extra = struct.unpack_from("<HH", head, 26)
                check(file.read(name) == it.orig_filename.encode("utf-8" if it.flag_bits & 0x800 else "cp437"), f"{it.filename}: has two names")
                least = most = it.header_offset + 30 + name + extra + it.compress_size
                if it.flag_bits & 8:
                    least, most = least + 12, most + 24
        check(least <= self.zip.start_dir <= most, "the zip holds bytes that belong to no file")

    def read(self, name):
        return self.zip.read(self.infos[name])


def once(work):
    """A value that is made when first asked for; the same problem is told each time."""
    def get(self):
        if work.__name__ not in self.made:
            try:
                self.made[work.__name__] = work(self), None
            except (Bad, OSError, ValueError, zlib.error, zipfile.BadZipFile) as problem:
                self.made[work.__name__] = None, problem
        value, problem = self.made[work.__name__]
        if problem is not None:
            raise problem
        return value
    return property(get)


class Pack:
    """The files of a pack, and what is read from them once."""

    def __init__(self, path, keys=None, root=None, since=None):
        self.trusted_keys, self.trusted_root, self.since, self.made = keys, root, since, {}
        self.source = Folder(path) if os.path.isdir(path) else Zip(path)
        self.sizes = dict(sorted(self.source.sizes.items()))
        check(len(self.sizes) <= FILES and sum(self.sizes.values()) <= BYTES, "has too many files or bytes")
        check(len({it.lower() for it in self.sizes}) == len(self.sizes), "two names differ in case only")

    def read(self, name, limit=64 * MIB):
        check(name in self.sizes, f"{name}: is missing")
        check(self.sizes[name] <= limit, f"{name}: has more than {limit} bytes")
        try:
            return self.source.read(name)
        except (OSError, zlib.error, zipfile.BadZipFile, EOFError) as cause:
            raise Bad(f"{name}: cannot be read: {cause}") from cause

    @once
    def digests(self):
        return {name: forms.sha256(self.read(name, BYTES)) for name in self.sizes}

    @once
    def report(self):
        data = self.read("data/report.json", 256 * MIB)
        check(data.endswith(b"\n"), "data/report.json: does not end in a line feed")
        value = forms.parse_canonical(data[:-1])
        check(isinstance(value, dict) and value.get("v") == 1 and value.get("kind") == "witnessmark-report", "data/report.json: is no report")
        return value

    @once
    def keys(self):
        return forms.parse_vkeys(self.read("data/trust/checkpoint.vkey"))

    @once
    def head(self):
        return forms.open_checkpoint(self.read("data/proofs/checkpoint"), self.keys)

    def certificate(self, name):
        data = self.read(f"data/trust/{name}.pem", 64 * 1024)
        check(re.fullmatch(rb"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}=*\n-----END CERTIFICATE-----\n", data), f"data/trust/{name}.pem: is not one certificate as PEM")
        found = x509.load_pem_x509_certificate(data)
        check(found.public_bytes(Encoding.PEM) == data, f"data/trust/{name}.pem: is not written as a pack writes it")
        return found

    @once
    def root(self):
        return self.certificate("root")

    @once
    def signing(self):
        return self.certificate("signing")

    def manifest(self, name):
        lines = forms.utf8(self.read(name, 512 * MIB)).split("\n")
        check(lines.pop() == "", f"{name}: does not end in a line feed")
        listed, last = {}, ""
        for line in lines:
            check(re.fullmatch("[0-9a-f]{64}  [^\r]{1,1000}", line), f"{name}: {line[:80]!r} is no line of a manifest")
            check(line[66:] > last, f"{name}: {line[66:]} is not in order")
            last = line[66:]
            listed[last] = line[:64]
        return listed

    @once
    def proofs(self):
        """Proved entries by the hash of their body, and what is wrong with the others."""
        by_body, wrong, head = {}, [], self.head
        for name in self.sizes:
            if not re.fullmatch(r"data/proofs/\d{8,16}\.tar", name, re.ASCII):
                continue
            try:
                for member, data in forms.tar_members(self.read(name)):
                    try:
                        index, entry = self.proved(name, member, data, head)
                        check(entry["body"][7:] not in by_body, "proves a body that another proof is about")
                        by_body[entry["body"][7:]] = (index, entry, name)
                    except Bad as problem:
                        wrong.append(f"{name}: {member}: {problem}")
            except Bad as problem:
                wrong.append(f"{name}: {problem}")
        return by_body, wrong

    def proved(self, name, member, data, head):
        found = re.fullmatch(r"(\d{8,16})\.tlog-proof", member, re.ASCII)
        index = int(found[1]) if found else -1
        check(found and member == f"{index:08}.tlog-proof" and name == f"data/proofs/{index - index % 1000:08}.tar", "is no proof that belongs here")
        proof = forms.parse_proof(data)
        check(proof["checkpoint"] == head["note"], "is against another checkpoint")
        check(proof["index"] == index and proof["extra"] is not None, "is for another entry, or has none")
        check(forms.included(forms.leaf_hash(proof["extra"]), index, head["size"], head["root"], proof["hashes"]), "does not hold")
        return index, parse_entry(proof["extra"])

    @once
    def bodies(self):
        """Bodies by the index of their entry, their hashes, and what is wrong with the others."""
        bodies, hashes, wrong, last = {}, {}, [], -1
        by_body, _ = self.proofs
        data = self.read("data/evidence/bodies.jsonl", BYTES)
        lines = data.split(b"\n")
        if lines.pop():
            wrong.append("data/evidence/bodies.jsonl: the last line does not end in a line feed")
        for number, line in enumerate(lines, 1):
            try:
                value, digest = forms.parse_canonical(line, 16 * MIB), forms.sha256(line)
                check(digest in by_body, "is what no proved entry commits to")
                index, entry, _ = by_body[digest]
                check_body(value)
                differs = [it for it in ("kind", "id", "run", "at") if value[it] != entry[it]]
                check(not differs, f"says another {differs} than entry {index}")
                check(index > last, f"entry {index} comes after {last}")
                last, bodies[index], hashes[index] = index, value, digest
            except Bad as problem:
                wrong.append(f"data/evidence/bodies.jsonl:{number}: {problem}")
        return bodies, hashes, wrong

    def calls(self, object_):
        """Recorded calls of an object, line by line; the newest object is kept."""
        if self.made.get("calls", (None, None))[0] != object_:
            self.made["calls"] = object_, self.recorded(object_)
        return self.made["calls"][1]

    def recorded(self, object_):
        name = f"data/evidence/retrievals/{object_}.jsonl.gz"
        data = self.read(name, 256 * MIB)
        check(forms.sha256(data) == object_, f"{name}: does not hash to its name")
        inflater, text = zlib.decompressobj(31), b""
        try:
            text = inflater.decompress(data, 512 * MIB)
        except zlib.error as cause:
            raise Bad(f"{name}: {cause}") from cause
        check(inflater.eof and not inflater.unused_data, f"{name}: is not one whole gzip of at most 512 MiB")
        lines, calls = text.split(b"\n"), []
        check(lines.pop() == b"", f"{name}: the last line does not end in a line feed")
        for number, line in enumerate(lines, 1):
            try:
                calls.append(forms.parse_canonical(line, 64 * MIB))
                check_retrieval(calls[-1])
            except Bad as problem:
                raise Bad(f"{name}:{number}: {problem}") from problem
        return calls

    def of_kind(self, kind):
        return [(index, body) for index, body in self.bodies[0].items() if body["kind"] == kind]
