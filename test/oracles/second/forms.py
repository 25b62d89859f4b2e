"""The forms of docs/FORMAT.md that everything else is made of: canonical JSON, the tree, notes, proofs, tars, CSV.

Written from that page alone. Python 3.11 or newer; `cryptography` for Ed25519. Whatever is not as it must be raises `Bad`.
"""

import base64, binascii, hashlib, json, math, re, struct, unicodedata
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Bad(Exception):
    """What is wrong, in words."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check(good, message):
    if not good:
        raise Bad(message)


def utf8(data, limit=None):
    check(limit is None or len(data) <= limit, f"has {len(data)} bytes, more than {limit}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise Bad("is not UTF-8") from cause


def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise Bad("is not base64") from cause
    check(base64.b64encode(data).decode() == text, "is not the one spelling of its base64")
    return data


def base64_of(data):
    return base64.b64encode(data).decode()


def count_of(text):
    """Decimal digits without leading zeros, below 2^53."""
    check(re.fullmatch(r"0|[1-9][0-9]{0,15}", text) and int(text) < 2**53, f"expected a number, got {text[:40]!r}")
    return int(text)


# --- JSON ---------------------------------------------------------------------------------------------------------

MAX_DEPTH = 100


def _once(pairs):
    check(len(dict(pairs)) == len(pairs), "an object has a key twice")
    return dict(pairs)


def _constant(name):
    raise Bad(f"{name} is not JSON")


def parse_json(text):
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as cause:
        raise Bad(f"is not JSON: {str(cause)[:100]}") from cause


def number(value):
    """ECMAScript's form of a double (RFC 8785, 3.2.2.3)."""
    try:
        value = float(value)
    except OverflowError as cause:
        raise Bad("a number is too large") from cause
    check(math.isfinite(value), "a number is not finite")
    if value == 0:
        return "0"
    sign, mantissa = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = mantissa.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) if whole != "0" else int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0")))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits.ljust(point, "0")
        return sign + (text if len(digits) <= point else f"{digits[:point]}.{digits[point:]}")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _string(text):
    check(not any("\ud800" <= c <= "\udfff" for c in text), "a string holds half of a surrogate pair")
    return json.dumps(text, ensure_ascii=False)


def canonical(value, depth=0):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, (int, float)):
        return number(value)
    check(isinstance(value, (list, dict)), f"{type(value).__name__} is not JSON")
    check(depth < MAX_DEPTH, f"is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, list):
        return f"[{','.join(canonical(it, depth + 1) for it in value)}]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_string(key)}:{canonical(value[key], depth + 1)}" for key in keys) + "}"


def parse_canonical(data, limit=None):
    text = utf8(data, limit)
    value = parse_json(text)
    check(canonical(value) == text, "is not canonical JSON")
    return value


def shape(value, spec, at=""):
    """Closed objects: `spec` is a pattern, a type, [of items], {key: spec} (a key with ? is optional), or a tuple of choices."""
    if isinstance(spec, tuple):
        for it in spec:
            try:
                return shape(value, it, at)
            except Bad as last:
                problem = last
        raise problem
    if spec is None:
        check(value is None, f"{at}: expected null")
    elif isinstance(spec, re.Pattern):
        check(isinstance(value, str) and spec.fullmatch(value), f"{at}: {str(value)[:60]!r} does not fit")
    elif isinstance(spec, list):
        check(isinstance(value, list), f"{at}: expected a list")
        for i, it in enumerate(value):
            shape(it, spec[0], f"{at}[{i}]")
    elif isinstance(spec, dict):
        check(isinstance(value, dict), f"{at}: expected an object")
        known = {key.rstrip("?"): it for key, it in spec.items()}
        check(set(value) <= set(known), f"{at}: unknown {sorted(set(value) - set(known))[:3]}")
        for key, it in spec.items():
            if key.rstrip("?") in value:
                shape(value[key.rstrip("?")], it, f"{at}.{key}")
            else:
                check(key.endswith("?"), f"{at}: {key} is missing")
    elif callable(spec) and not isinstance(spec, type):
        spec(value, at)
    elif spec is int:
        check(isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53, f"{at}: expected a count")
    elif spec is not object:
        check(isinstance(value, spec), f"{at}: expected {spec.__name__}")


# --- the tree -----------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def included(leaf, index, size, root, proof):
    """RFC 9162, 2.1.3.2."""
    if index >= size or any(len(it) != 32 for it in proof):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistent(old_size, old_root, size, root, proof):
    """RFC 9162, 2.1.4.2."""
    if old_size > size or any(len(it) != 32 for it in proof):
        return False
    if old_size in (0, size):
        return not proof and old_root == (root if old_size == size else hashlib.sha256().digest())
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def bundle_entries(data, most=4096):
    entries, at = [], 0
    while at < len(data):
        check(at + 2 <= len(data), "a length is cut")
        (length,) = struct.unpack_from(">H", data, at)
        check(0 < length <= 1024 and at + 2 + length <= len(data), f"entry {len(entries)} does not fit")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    check(0 < len(entries) <= most, f"it has {len(entries)} entries")
    return entries


def tile_path(level, number_, width=256):
    digits = str(number_)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([f"x{it}" for it in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")


def partial_tiles(size):
    paths, level = [], 0
    while size >> 8 * level:
        count = size >> 8 * level
        if count % 256:
            paths += [tile_path(it, count // 256, count % 256) for it in ([level, "entries"] if level == 0 else [level])]
        level += 1
    return paths


# --- notes and proofs ---------------------------------------------------------------------------------------------

MAX_NOTE = 64 * 1024
NAME = r"[^\s+\x00-\x1f\x7f]+"


def key_id(name, public_key):
    return hashlib.sha256(f"{name}\n".encode() + b"\1" + public_key).digest()[:4]


def parse_vkey(text):
    parts = text.split("+", 2)
    check(len(parts) == 3 and re.fullmatch(NAME, parts[0]) and re.fullmatch("[0-9a-f]{8}", parts[1]), "expected name+id+key")
    typed = unbase64(parts[2])
    check(len(typed) == 33 and typed[0] == 1, "expected an Ed25519 key behind type 1")
    check(key_id(parts[0], typed[1:]).hex() == parts[1], "the id is not that of the key")
    return {"name": parts[0], "id": parts[1], "key": typed[1:], "vkey": text}


def parse_vkeys(data):
    lines = utf8(data, MAX_NOTE).split("\n")
    check(lines.pop() == "" and 1 <= len(lines) <= 100, "expected 1 to 100 lines of keys")
    return [parse_vkey(line) for line in lines]


def open_note(data, keys):
    """Text and signers of a note."""
    text = utf8(data, MAX_NOTE)
    check(not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), "holds a control character")
    split = text.rfind("\n\n")
    check(split > 0 and text.endswith("\n"), "is no signed note")
    body, lines = text[: split + 1], text[split + 2 : -1].split("\n")
    check(len(lines) <= 100, "has more than 100 signatures")
    signatures = []
    for line in lines:
        found = re.fullmatch(rf"— ({NAME}) ([A-Za-z0-9+/]+=*)", line)
        check(found, f"expected a signature line, got {line[:60]!r}")
        raw = unbase64(found[2])
        check(len(raw) > 4, "a signature is too short")
        signatures.append((found[1], raw[:4].hex(), raw[4:]))
    signers = []
    for name, identity, signature in signatures:
        for key in keys:
            if (key["name"], key["id"]) == (name, identity):
                try:
                    Ed25519PublicKey.from_public_bytes(key["key"]).verify(signature, body.encode())
                except (InvalidSignature, ValueError) as cause:
                    raise Bad(f"the signature of {name} is not right") from cause
                signers.append(key)
                break
    check(signers, "is signed by no known key")
    return body, signers


def parse_checkpoint(text):
    lines = text.split("\n")
    check(len(lines) >= 4 and lines[-1] == "" and "" not in lines[:-1], "expected origin, size and root")
    root = unbase64(lines[2])
    check(len(root) == 32, "the root is no hash")
    return {"origin": lines[0], "size": count_of(lines[1]), "root": root}


def open_checkpoint(data, keys):
    text, signers = open_note(data, keys)
    head = parse_checkpoint(text)
    check(any(it["name"] == head["origin"] for it in signers), "is not signed by the key of its origin")
    return {**head, "note": utf8(data), "signers": signers}


def _hashes(lines):
    check(len(lines) <= 63, "has more than 63 hashes")
    hashes = [unbase64(line) for line in lines]
    check(all(len(it) == 32 for it in hashes), "a hash has not 32 bytes")
    return hashes


def parse_proof(data):
    text = utf8(data, 3 * MAX_NOTE)
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    check(blank and lines.pop(0) == "c2sp.org/tlog-proof@v1", "is no tlog-proof")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = unbase64(lines.pop(0)[6:])
        check(len(extra) <= MAX_NOTE, "extra is too long")
    check(lines and lines[0].startswith("index "), "has no index")
    index = count_of(lines.pop(0)[6:])
    return {"index": index, "extra": extra, "hashes": _hashes(lines), "checkpoint": checkpoint}


def parse_consistency(data):
    head, blank, checkpoint = utf8(data, 2 * MAX_NOTE).partition("\n\n")
    lines = head.split("\n")
    check(blank and lines[0].startswith("old "), "is no consistency proof")
    return {"old": count_of(lines[0][4:]), "hashes": _hashes(lines[1:]), "checkpoint": checkpoint}


def tar_header(name, size):
    block = bytearray(512)
    for at, text in ((0, name), (100, "0000644\0"), (108, "0000000\0"), (116, "0000000\0"), (124, f"{size:011o}\0")):
        block[at : at + len(text)] = text.encode()
    for at, text in ((136, f"{315532800:011o}\0"), (148, " " * 8), (156, "0"), (257, "ustar\0" + "00")):
        block[at : at + len(text)] = text.encode()
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def tar_members(data):
    """Name and bytes of each file, in order; the names ascend."""
    at, members, last = 0, [], ""
    while at < len(data) and data[at]:
        name = data[at : at + 100].split(b"\0")[0].decode("latin-1")
        digits = data[at + 124 : at + 135]
        check(name.isascii() and re.fullmatch(rb"[0-7]{11}", digits), f"{name}: has no size")
        size = int(digits, 8)
        end = at + 512 + -(-size // 512) * 512
        check(data[at : at + 512] == tar_header(name, size) and end <= len(data), f"{name}: another header")
        check(not any(data[at + 512 + size : end]), f"{name}: bytes behind its end")
        check((len(name), name) > (len(last), last), f"{name} comes after {last}")
        members.append((name, data[at + 512 : at + 512 + size]))
        at, last = end, name
    check(members and data[at:] == bytes(1024), "does not end as a tar does")
    return members


# --- populations, samples, statements, tables ---------------------------------------------------------------------


def population_digest(states):
    lines = sorted(f"{subject}\t{hash_}\n".encode() for subject, hash_ in states)
    return sha256(b"".join(lines))


def sample_size(population):
    return min(population, 5) if population < 50 else -(-population // 10) if population < 250 else 25


def draw(root, source, places):
    """Places (account, region, subject) that are drawn, in order of their keys."""
    keyed = sorted((sha256("\t".join((root, source, *place)).encode()), place) for place in places)
    return [place for _, place in keyed[: sample_size(len(keyed))]]


def pre_authentication(kind, payload):
    return f"DSSEv1 {len(kind.encode())} {kind} {len(payload)} ".encode() + payload


def neutralise(text):
    if text[:1] in ("\t", "\r", "\n", "'") and text:
        return f"'{text}"
    for char in text:
        if unicodedata.category(char)[0] not in "ZC":
            return f"'{text}" if char in "=+-@＝＋－＠" else text
    return text


def csv_field(value):
    text = "" if value is None else neutralise(value) if isinstance(value, str) else str(value)
    return '"' + text.replace('"', '""') + '"' if re.search('[,"\r\n]', text) else text


def csv_lines(rows):
    return "".join(",".join(map(csv_field, row)) + "\r\n" for row in rows).encode()
