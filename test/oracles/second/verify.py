#!/usr/bin/env python3
"""A second verifier of packs, written from docs/FORMAT.md alone; it shares no code with the first.

    verify.py vectors <folder>                    every test vector
    verify.py pack <folder or zip>… [--key FILE] [--root FILE] [--since FILE] [--json]

Prints one line for each step. Exit code 0: all is right; 1: something is not; 2: it was called wrongly.
It renders neither the PDF nor any table again but evidence.csv: those are known by the signed hashes alone.
"""

import argparse, decimal, json, re, sys, zlib
from datetime import datetime, timezone
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtensionOID
import forms, results
from forms import Bad, check
from pack import HASH, PATH, TIME, Pack, zipfile

ATTESTATION, SIGSTORE = "data/attestation.json", "data/attestation.sigstore.json"
TAGS = ["README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
TABLES = [f"data/{it}.csv" for it in "controls evidence exceptions failing not-collected runs samples sources data-dictionary".split()]
ALWAYS = [*TAGS, *TABLES, "data/report.pdf", "data/report.json", "data/oscal-assessment-results.json", "data/ocsf-findings.jsonl", ATTESTATION, SIGSTORE,
          "data/evidence/bodies.jsonl", "data/proofs/checkpoint", "data/trust/checkpoint.vkey", "data/trust/root.pem", "data/trust/signing.pem"]
STEPS = []


def step(code):
    def add(work):
        STEPS.append((code, work))
        return work
    return add


def all_of(checks):
    """Messages of those (good, message) that are not good."""
    return [message for good, message in checks if not good]


# --- the bag ------------------------------------------------------------------------------------------------------


def bag_info(report, sizes):
    octets = [size for name, size in sizes.items() if name.startswith("data/")]
    total, power = sum(octets), 0
    while power < 3 and total >= 1000 ** (power + 1):
        power += 1
    size = str(total) if power == 0 else str(decimal.Decimal(total / 1000**power).quantize(decimal.Decimal("0.1"), decimal.ROUND_HALF_UP))
    fields = [("Bag-Size", f"{size} {['B', 'KB', 'MB', 'GB'][power]}"), ("Bag-Software-Agent", report["software"]), ("Bagging-Date", report["asOf"][:10]),
              ("External-Description", report["title"]), ("External-Identifier", report["id"]), ("Payload-Oxum", f"{total}.{len(octets)}")]
    return "".join(label + ": " + re.sub("[\r\n]+", " ", value) + "\n" for label, value in fields).encode()


@step("bag-layout")
def bag_layout(pack):
    yield from all_of((len(it) <= 149 and PATH.fullmatch(it), f"{it!r}: is no name for a file of a pack") for it in pack.sizes)
    yield from all_of((it in pack.sizes, f"{it}: is missing") for it in ALWAYS)
    payload, tags = pack.manifest("manifest-sha256.txt"), pack.manifest("tagmanifest-sha256.txt")
    yield from all_of((it in pack.sizes, f"{it}: is listed and missing") for it in [*payload, *tags])
    for name in pack.sizes:
        listed = payload if name.startswith("data/") else tags
        if name != "tagmanifest-sha256.txt" and name not in listed:
            yield f"{name}: is in no manifest"
    if pack.read("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        yield "bagit.txt: is not the declaration of a bag"
    if pack.read("bag-info.txt") != bag_info(pack.report, pack.sizes):
        yield "bag-info.txt: is not what report.json and the files give"


@step("manifest")
def manifest(pack):
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for path, digest in pack.manifest(name).items():
            if pack.digests.get(path, digest) != digest:
                yield f"{path}: has another SHA-256 than {name} says"


# --- what the document key signed ---------------------------------------------------------------------------------


def verify_rsa(certificate, signature, message):
    key = certificate.public_key()
    check(isinstance(key, rsa.RSAPublicKey), "the key is not RSA")
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as cause:
        raise Bad("the signature is not that of data/trust/signing.pem") from cause


@step("attestation")
def attestation(pack):
    text = forms.utf8(pack.read(ATTESTATION, 350 * 1024 * 1024))
    found = re.fullmatch(r'\{"payloadType":"application/vnd\.in-toto\+json","payload":"([^"]*)","signatures":\[\{"keyid":"","sig":"([^"]*)"\}\]\}\n', text)
    check(found, f"{ATTESTATION}: is not written as a pack writes it")
    payload = forms.unbase64(found[1])
    verify_rsa(pack.signing, forms.unbase64(found[2]), forms.pre_authentication("application/vnd.in-toto+json", payload))
    statement, report = forms.parse_json(forms.utf8(payload)), pack.report
    check(json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode() == payload, f"{ATTESTATION}: the payload has another spelling")
    forms.shape(statement, {"_type": re.compile(r"https://in-toto\.io/Statement/v1"), "subject": [{"name": str, "digest": {"sha256": HASH}}],
                            "predicateType": re.compile(r"https://witnessmark\.dev/assessment-pack/v1"), "predicate": dict})
    files = {it: digest for it, digest in pack.digests.items() if it.startswith("data/") and it not in (ATTESTATION, SIGSTORE)}
    tags = {it: digest for it, digest in pack.digests.items() if not it.startswith("data/") and it not in TAGS[1:2] + TAGS[3:]}
    subjects = {it["name"]: it["digest"]["sha256"] for it in statement["subject"]}
    yield from all_of((subjects.get(it) == files.get(it), f"{it}: is not what was signed") for it in sorted({*subjects, *files}))
    if [it["name"] for it in statement["subject"]] != sorted(subjects):
        yield f"{ATTESTATION}: the subjects are not in order, or one is there twice"
    predicate = {"report": report["id"], "framework": {it: report["framework"][it] for it in ("id", "version", "sha256")}, "period": report["period"],
                 "ledger": {it: report["ledger"][it] for it in ("origin", "size", "root")}, "tagFiles": tags}
    for key in sorted({*predicate, *statement["predicate"]}):
        if predicate.get(key) != statement["predicate"].get(key):
            yield f"{ATTESTATION}: the predicate has another `{key}` than the pack"


def sigstore_bundle(envelope, spki):
    hint = forms.base64_of(bytes.fromhex(forms.sha256(spki)))
    head = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"%s"},"tlogEntries":[]},"dsseEnvelope":' % hint
    return head.encode() + envelope.removesuffix(b"\n") + b"}\n"


@step("sigstore")
def sigstore(pack):
    spki = pack.signing.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    expected = sigstore_bundle(pack.read(ATTESTATION, 350 * 1024 * 1024), spki)
    return [] if pack.read(SIGSTORE, 351 * 1024 * 1024) == expected else [f"{SIGSTORE}: does not follow from {ATTESTATION} and the key"]


def extension(certificate, oid):
    try:
        return certificate.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def moment(text):
    check(TIME.fullmatch(text), f"{text!r} is no time")
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


@step("certificate-chain")
def certificate_chain(pack):
    root, signing, report = pack.root, pack.signing, pack.report
    at = moment(report["signing"]["at"])
    for name, certificate in (("root", root), ("signing", signing)):
        key, usage, constraints = certificate.public_key(), extension(certificate, ExtensionOID.KEY_USAGE), extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
        is_ca = constraints is not None and constraints.ca
        yield from all_of([
            (certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, f"data/trust/{name}.pem: was not valid at {at}"),
            (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048, f"data/trust/{name}.pem: is not RSA of 2048 bits or more"),
            (is_ca == (name == "root"), f"data/trust/{name}.pem: is a certificate authority, or is none"),
            (usage is not None and (usage.key_cert_sign if name == "root" else usage.digital_signature), f"data/trust/{name}.pem: is not for this use"),
        ])
        try:
            certificate.verify_directly_issued_by(root)
        except (InvalidSignature, ValueError, TypeError):
            yield f"data/trust/{name}.pem: was not issued by the root"
    purposes = extension(signing, ExtensionOID.EXTENDED_KEY_USAGE) or []
    if "1.3.6.1.5.5.7.3.36" not in [it.dotted_string for it in purposes]:
        yield "data/trust/signing.pem: is not for signing documents"
    if signing.fingerprint(hashes.SHA256()).hex() != report["signing"]["sha256"]:
        yield "data/trust/signing.pem: is not the certificate that report.json names"
    if pack.trusted_root is not None and x509.load_pem_x509_certificate(pack.trusted_root) != root:
        yield "data/trust/root.pem: is not the root that you trust"


def der(data, at=0):
    """Tag, content and end of the DER value at a place."""
    check(at + 2 <= len(data), "DER is cut")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        check(0 < length & 0x7F <= 4, "DER has no such length")
        length = int.from_bytes(data[at + 2 : start])
        check(length >= 128, "a length is not DER")
    check(start + length <= len(data), "DER is cut")
    return tag, data[start : start + length], start + length


def items(content):
    at, found = 0, []
    while at < len(content):
        tag, inner, end = der(content, at)
        found.append((tag, inner, content[at:end]))
        at = end
    return found


OIDS = {"signed-data": "2a864886f70d010702", "data": "2a864886f70d010701", "content-type": "2a864886f70d010903", "message-digest": "2a864886f70d010904", "signing-certificate": "2a864886f70d010910022f"}
SHA256, RSA = bytes.fromhex("300d06096086480165030402010500"), bytes.fromhex("300d06092a864886f70d0101010500")


@step("pdf-signature")
def pdf_signature(pack):
    pdf = pack.read("data/report.pdf", 2**31 - 1)
    check(pdf.count(b"/ByteRange") == 1, "data/report.pdf: is not signed exactly once")
    found = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\] *\n").match(pdf, pdf.index(b"/ByteRange"))
    check(found, "data/report.pdf: has another /ByteRange")
    a, b, c = map(int, found.groups())
    check(0 < a < b and b + c == len(pdf), "data/report.pdf: the signature does not cover the whole file")
    check(b - a <= 128 * 1024 and re.fullmatch(rb"<([0-9a-f]{2})*>", pdf[a:b]), "data/report.pdf: the signature is not hexadecimal")
    contents = bytes.fromhex(pdf[a + 1 : b - 1].decode())
    _, content, end = der(contents)
    check(not any(contents[end:]), "data/report.pdf: bytes follow the signature in its place")
    try:
        check_cms(content, pdf[:a] + pdf[b:], pack)
    except (ValueError, IndexError) as cause:
        raise Bad(f"data/report.pdf: the signature has another form: {cause}") from cause
    return []


def check_cms(content, signed, pack):
    identifier, wrapped = items(content)
    check(identifier[1].hex() == OIDS["signed-data"] and wrapped[0] == 0xA0, "data/report.pdf: holds no SignedData")
    version, digests, inner, certificates, signers = items(items(wrapped[1])[0][1])
    ders = {name: it.public_bytes(serialization.Encoding.DER) for name, it in (("root", pack.root), ("signing", pack.signing))}
    (signer,) = items(signers[1])
    signer_version, issuer, algorithm, attributes, signature_algorithm, signature = items(signer[1])
    values = {}
    for _, attribute, _ in items(attributes[1]):
        kind, value = items(attribute)
        check(kind[1].hex() not in values, "data/report.pdf: an attribute is there twice")
        values[kind[1].hex()] = value[1]
    octets = lambda data: b"\x04\x20" + bytes.fromhex(forms.sha256(data))
    expected = {OIDS["content-type"]: bytes([6, 9]) + bytes.fromhex(OIDS["data"]), OIDS["message-digest"]: octets(signed),
                OIDS["signing-certificate"]: wrap(wrap(wrap(octets(ders["signing"]))))}
    others = all_of([
        (version[1] == signer_version[1] == b"\1", "another version"),
        (digests[1] == algorithm[2] == SHA256 and signature_algorithm[2] == RSA, "other algorithms"),
        (inner[1] == bytes([6, 9]) + bytes.fromhex(OIDS["data"]), "content of its own"),
        (certificates[0] == 0xA0 and [it[2] for it in items(certificates[1])] == sorted(ders.values()), "other certificates"),
        (issuer[1] == pack.signing.issuer.public_bytes() + der_integer(pack.signing.serial_number), "another signer"),
        (attributes[0] == 0xA0 and values == expected, "other attributes: the PDF was changed after it was signed"),
    ])
    check(not others, f"data/report.pdf: the signature has {', '.join(others)}")
    verify_rsa(pack.signing, signature[1], b"\x31" + attributes[2][1:])


def wrap(content):
    return bytes([0x30, len(content)]) + content


def der_integer(value):
    content = value.to_bytes(value.bit_length() // 8 + 1)
    return bytes([2, len(content)]) + content


# --- the report, the ledger, the evidence -------------------------------------------------------------------------


@step("report")
def report_step(pack):
    report = pack.report
    controls, strip = report["controls"], report["coverage"]["days"]
    for verdict, count in report["summary"]["verdicts"].items():
        if count != sum(it["verdict"] == verdict for it in controls):
            yield f"data/report.json: summary.verdicts.{verdict} does not add up"
    if sum(report["summary"]["verdicts"].values()) != len(controls) or report["framework"]["controls"] != len(controls):
        yield "data/report.json: the number of controls does not add up"
    if report["coverage"]["observedDays"] != len(strip) - strip.count("."):
        yield "data/report.json: coverage.observedDays does not add up"
    if attached(pack.read("data/report.pdf", 2**31 - 1)) != pack.read("data/report.json", 2**28):
        yield "data/report.pdf: has another report.json attached than the pack holds"
    rows = [results.evidence_row(index, pack.bodies[1][index], body) for index, body in pack.of_kind("evidence")]
    if pack.read("data/evidence.csv", 2**32) != forms.csv_lines([results.EVIDENCE_COLUMNS, *rows]):
        yield "data/evidence.csv: is not what the evidence gives"


def attached(pdf):
    """The one embedded file."""
    check(pdf.count(b"/Type /EmbeddedFile") == 1, "data/report.pdf: has not exactly one file attached")
    at = pdf.index(b"/Type /EmbeddedFile")
    head = re.compile(rb".{0,2000}?/Length (\d{1,10}).{0,2000}?\bstream\r?\n", re.S).match(pdf, at)
    check(head, "data/report.pdf: the attached file cannot be found")
    data = pdf[head.end() : head.end() + int(head[1])]
    try:
        return zlib.decompressobj().decompress(data, 2**28) if b"/FlateDecode" in head[0] else data
    except zlib.error as cause:
        raise Bad(f"data/report.pdf: the attached file cannot be read: {cause}") from cause


@step("checkpoint")
def checkpoint(pack):
    head, ledger = pack.head, pack.report["ledger"]
    told = {"origin": head["origin"], "size": head["size"], "root": forms.base64_of(head["root"]), "checkpoint": head["note"]}
    yield from all_of((ledger.get(key) == value, f"data/report.json: ledger.{key} is not that of the checkpoint") for key, value in told.items())
    if ledger["verifierKey"] not in [it["vkey"] for it in pack.keys]:
        yield "data/report.json: ledger.verifierKey is not in data/trust/checkpoint.vkey"
    if pack.trusted_keys is not None and not {it["vkey"] for it in head["signers"]} & {it["vkey"] for it in pack.trusted_keys}:
        yield "data/proofs/checkpoint: is signed by none of the keys that you trust"


@step("evidence")
def evidence(pack):
    bodies, _, wrong = pack.bodies
    return wrong if bodies or wrong else ["data/evidence/bodies.jsonl: is empty"]


@step("inclusion")
def inclusion(pack):
    by_body, wrong = pack.proofs
    yield from wrong
    hashes_ = set(pack.bodies[1].values())
    yield from all_of((it in hashes_, f"{name}: the proof of entry {index} is about no body of the pack") for it, (index, _, name) in by_body.items())
    proved = {index for index, _, _ in by_body.values()}
    yield from all_of((it in proved, f"data/report.json: cites entry {it}, which is not proved") for it in sorted(results.cited(pack.report)))


@step("retrievals")
def retrievals(pack):
    named = {}
    for index, body in pack.of_kind("evidence"):
        for it in body["retrievals"]:
            named.setdefault(it["object"], {}).setdefault((it["line"], it["operation"], it["sha256"]), index)
    there = {it[25:-9] for it in pack.sizes if re.fullmatch(r"data/evidence/retrievals/[0-9a-f]{64}\.jsonl\.gz", it)}
    for object_ in sorted(there | set(named)):
        try:
            calls = pack.calls(object_)
            for (line, operation, digest), index in named.get(object_, {}).items():
                call = calls[line - 1] if 0 < line <= len(calls) else {}
                if (f"{call.get('service')}:{call.get('operation')}", call.get("sha256")) != (operation, digest):
                    yield f"data/evidence/retrievals/{object_}.jsonl.gz:{line}: is not the call that entry {index} rests on"
        except Bad as problem:
            yield str(problem)


@step("population")
def population(pack):
    return results.populations(pack)


@step("results")
def results_step(pack):
    return results.results(pack)


@step("samples")
def samples(pack):
    return results.samples(pack)


@step("previous")
def previous(pack):
    return results.previous(pack)


@step("consistency")
def consistency(pack):
    head, proofs = pack.head, {}
    for name in pack.sizes:
        found = re.fullmatch(r"data/proofs/consistency/(\d{16})\.txt", name, re.ASCII)
        if found is None:
            continue
        try:
            proof, older = forms.parse_consistency(pack.read(name)), forms.open_checkpoint(pack.read(name[:-3] + "checkpoint"), pack.keys)
            check(proof["checkpoint"] == head["note"], "is for another checkpoint")
            check(proof["old"] == older["size"] == int(found[1]) and older["origin"] == head["origin"], "is from another size or ledger")
            check(forms.consistent(older["size"], older["root"], head["size"], head["root"], proof["hashes"]), "history was rewritten: keep both checkpoints")
            proofs[older["size"]] = proof["hashes"]
        except Bad as problem:
            yield f"{name}: {problem}"
    if pack.since is not None:
        kept = forms.open_checkpoint(pack.since, pack.keys)
        known = [] if kept["size"] == head["size"] else proofs.get(kept["size"])
        if kept["origin"] != head["origin"] or known is None or not forms.consistent(kept["size"], kept["root"], head["size"], head["root"], known):
            yield "--since: the pack does not prove that it extends this checkpoint"


# --- the command --------------------------------------------------------------------------------------------------

MALFORMED = (Bad, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError)


def verify(path, **trust):
    """Steps with their findings. Whatever a pack holds, nothing is raised."""
    try:
        pack = Pack(path, **trust)
    except MALFORMED as problem:
        return [{"code": "source", "ok": False, "findings": [f"{path}: {problem}"]}]
    done = []
    for code, work in STEPS:
        findings = []
        try:
            findings.extend(work(pack))
        except MALFORMED as problem:
            findings.append(str(problem) if isinstance(problem, Bad) else f"malformed: {type(problem).__name__}: {problem}")
        done.append({"code": code, "ok": not findings, "findings": findings[:1000]})
    return done


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["pack", "vectors"])
    parser.add_argument("paths", nargs="+")
    for name in ("--key", "--root", "--since"):
        parser.add_argument(name, type=argparse.FileType("rb"))
    parser.add_argument("--json", action="store_true", help="one document a line for each pack")
    options = parser.parse_args(arguments)
    if options.what == "vectors":
        import vectors
        return vectors.run(options.paths, options.json)
    trust = {"keys": forms.parse_vkeys(options.key.read()) if options.key else None, "root": options.root.read() if options.root else None, "since": options.since.read() if options.since else None}
    good = True
    for path in options.paths:
        steps = verify(path, **trust)
        ok = all(it["ok"] for it in steps)
        good &= ok
        if options.json:
            print(json.dumps({"pack": path, "ok": ok, "steps": steps}), flush=True)
            continue
        for it in steps:
            print(f"{'ok    ' if it['ok'] else 'FAILED'} {it['code']}", *[f"         {ascii(line)[1:-1]}" for line in it["findings"][:20]], sep="\n")
        print(f"{'verified' if ok else 'NOT VERIFIED'}: {path}" + ("" if options.key and options.root else " (key or root were taken from the pack itself)"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
