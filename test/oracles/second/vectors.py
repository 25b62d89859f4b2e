"""Runs the test vectors of docs/vectors. Written from docs/FORMAT.md and docs/vectors/README.md alone."""

import base64, hmac, json, os, struct, sys
import forms, pack, verify


def hexed(items):
    return [it.hex() for it in items]


def identity(given):
    def mac(parts):
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
        return bytearray(hmac.digest(bytes.fromhex(given["secret"]), text, "sha256")[:16])
    raw = mac(["id", *given["parts"]])
    raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80
    digits = raw.hex()
    name = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return {"id": name, "salt": mac(["salt", name]).hex()}


def write(given):
    text = forms.canonical(forms.parse_json(given["json"]))
    return {"canonical": text, "sha256": forms.sha256(text.encode())}


def read(given):
    forms.parse_canonical(given["text"].encode())
    return True


def entry(given):
    value = pack.parse_entry(given["text"].encode())
    return {"kind": value["kind"], "body": value["body"], "leaf": forms.leaf_hash(given["text"].encode()).hex()}


def body(given):
    value = forms.parse_canonical(given["line"].encode())
    pack.check_body(value)
    return {"kind": value["kind"], "sha256": forms.sha256(given["line"].encode())}


def vkey(given):
    key = forms.parse_vkey(given["vkey"])
    return {"name": key["name"], "id": key["id"], "publicKey": key["key"].hex()}


def note(given):
    keys = [forms.parse_vkey(it) for it in given["keys"]]
    text, signers = forms.open_note(given["note"].encode(), keys)
    signed = [it["vkey"] for it in signers]
    lines = len(given["note"]) and given["note"].rsplit("\n\n", 1)[1].count("\n")
    return {"text": text, "signers": list(dict.fromkeys(signed)), "unknown": lines - len(signed)}


def checkpoint(given):
    head = forms.open_checkpoint(given["note"].encode(), [forms.parse_vkey(it) for it in given["keys"]])
    return {"origin": head["origin"], "size": head["size"], "root": head["root"].hex()}


def checkpoint_text(given):
    head = forms.parse_checkpoint(given["text"])
    return {**head, "root": head["root"].hex()}


def tlog_proof(given):
    proof = forms.parse_proof(given["text"].encode())
    return {**proof, "extra": proof["extra"].hex() if proof["extra"] is not None else None, "hashes": hexed(proof["hashes"])}


def consistency_text(given):
    proof = forms.parse_consistency(given["text"].encode())
    return {**proof, "hashes": hexed(proof["hashes"])}


unhex = bytes.fromhex
OPERATIONS = {
    "write": write, "read": read, "entry": entry, "body": body, "identity": identity,
    "leaf": lambda it: forms.leaf_hash(unhex(it["entry"])).hex(),
    "node": lambda it: forms.node_hash(unhex(it["left"]), unhex(it["right"])).hex(),
    "root": lambda it: forms.root_of([forms.leaf_hash(unhex(e)) for e in it["entries"]]).hex(),
    "root of entries": lambda it: forms.root_of([forms.leaf_hash(f"entry {i}".encode()) for i in range(it["size"])]).hex(),
    "inclusion": lambda it: forms.included(unhex(it["leaf"]), it["index"], it["size"], unhex(it["root"]), [unhex(h) for h in it["proof"]]),
    "consistency": lambda it: forms.consistent(it["old"], unhex(it["oldRoot"]), it["size"], unhex(it["root"]), [unhex(h) for h in it["proof"]]),
    "vkey": vkey, "note": note, "checkpoint": checkpoint, "checkpoint text": checkpoint_text,
    "write bundle": lambda it: b"".join(struct.pack(">H", len(e) // 2) + unhex(e) for e in it["entries"]).hex(),
    "read bundle": lambda it: hexed(forms.bundle_entries(unhex(it["bundle"]))),
    "tile": lambda it: forms.tile_path(it["level"], it["number"], it["width"]),
    "partial tiles": lambda it: forms.partial_tiles(it["size"]),
    "population digest": lambda it: forms.population_digest(it["states"]),
    "sample size": lambda it: forms.sample_size(it["population"]),
    "sample": lambda it: [list(p) for p in forms.draw(it["root"], it["source"], [tuple(p) for p in it["places"]])],
    "tlog-proof": tlog_proof, "consistency text": consistency_text,
    "tar": lambda it: [{"name": name, "text": data.decode()} for name, data in forms.tar_members(base64.b64decode(it["base64"]))],
    "pre-authentication encoding": lambda it: forms.pre_authentication(it["payloadType"], it["payload"].encode()).hex(),
    "sigstore bundle": lambda it: verify.sigstore_bundle(it["envelope"].encode(), unhex(it["spki"])).decode(),
    "bag-info": lambda it: verify.bag_info(it["report"], {f"data/{i}": size for i, size in enumerate(it["sizes"])}).decode(),
    "csv": lambda it: forms.csv_lines([it["names"], *it["rows"]]).decode(),
}


def outcome(vector):
    try:
        return {"out": OPERATIONS[vector["do"]](vector["in"])}
    except forms.Bad:
        return {"refused": True}


def run(folders, as_json):
    """Every vector of every file; 0 where all come out as they must."""
    wrong, total = [], 0
    for folder in folders:
        for name in sorted(it for it in os.listdir(folder) if it.endswith(".json")):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                vectors = json.load(file)["vectors"]
            total += len(vectors)
            for vector in vectors:
                found = outcome(vector)
                good = "refused" in found if "refused" in vector else found.get("out") == vector["out"]
                if not good:
                    wrong.append({"file": name, "vector": vector["name"], "found": found})
    if as_json:
        print(json.dumps({"ok": not wrong, "vectors": total, "wrong": wrong}))
    else:
        for it in wrong:
            print(f"FAILED {it['file']}: {it['vector']}: {ascii(it['found'])[:300]}")
        print(f"{total - len(wrong)} of {total} vectors come out as they must")
    return 1 if wrong or not total else 0
