#!/usr/bin/env python3
"""Gives back what a sitekeep repository holds, without sitekeep.

Needs Python 3.9 and nothing to install: libcrypto (which Python itself uses) for encrypted repositories, and
libzstd or the `zstd` program. It follows docs/repository-format.md and shares no code with sitekeep. It never
writes into the repository. What is damaged is named, and the rest goes on.
"""
import argparse, ctypes, datetime, hashlib, hmac, json, os, re, shutil, stat, struct, subprocess, sys, tempfile, unicodedata
from collections import OrderedDict

EXAMPLES = """examples:
  rescue.py snapshots /backup/repo --key main.key
  rescue.py list /backup/repo SNAPSHOT SMSPKGD$ --key main.key
  rescue.py restore /backup/repo SNAPSHOT --to /restored --password-file password.txt
  rescue.py restore /backup/repo SNAPSHOT CM_PS1.bak --to /restored --key main.key
  rescue.py check /backup/repo --key main.key

exit code: 0 all is well, 1 something is damaged or was not restored, 2 it could not be done"""

CONFIG, SLOT, PACK, INDEX, SNAPSHOT, RECORD, PROOF = range(1, 8)  # types of objects
LOST = 11
FOLDERS = {  # what else lies there is no object
    "keys": (SLOT, r"keys/[0-9a-f]{16}(\.copy)?"), "packs": (PACK, r"packs/[0-9a-f]{2}/[0-9a-f]{64}"),
    "trash": (PACK, r"trash/\d{8}/[0-9a-f]{64}"),
    "index": (INDEX, r"index/(\d{8}-)?[0-9a-f]{32}"), "snapshots": (SNAPSHOT, r"snapshots/[0-9a-z-]+"),
    "records": (RECORD, r"records/([0-9a-z_-][0-9a-z._-]*/)*[0-9a-z_-]+"), "proofs": (PROOF, r"proofs/[0-9a-z-]+/[0-9a-f]{20}"), "lost": (LOST, r"lost/[0-9a-f]{20}")}
CHUNK, SEGMENT, TREE, LIST, PIECE, PAGES = range(1, 7)  # types of blobs
KINDS = {CHUNK: "chunk", SEGMENT: "tree segment", TREE: "tree root", LIST: "list of file", PIECE: "piece of list",
         PAGES: "run of pages"}
PAGE = 8192
ENVELOPE, END = 44, 40  # bytes before and after the body of an object
TABLE = 0xFFFFFFFF  # the position of a pack's table
MIB = 1 << 20
GROUP_MAX, OBJECT_MAX, KEPT_MAX = 256 * MIB, 1024 * MIB, 64 * MIB


class Damaged(Exception):
    """Something in the repository is not what was written. The rest may be sound."""


class Impossible(Exception):
    """Nothing can be done: a wrong key, no such snapshot, a library that is missing."""


WRONG = (Damaged, OSError, ValueError, LookupError, TypeError)  # what a damaged object may end in


# ---------------------------------------------------------------- what Python lacks: zstd, AES-256-GCM

def library(*names):
    """The first shared library that loads, or None. Python for Windows keeps its own in DLLs."""
    for name in names:
        for place in (name, os.path.join(sys.base_prefix, "DLLs", name)):
            try:
                return ctypes.CDLL(place)
            except OSError:
                pass
    return None


def choose_unzstd():
    """A function (frame, most bytes) -> bytes: Python 3.14's own, the system's library, or the `zstd` program."""
    try:
        from compression import zstd
        return lambda frame, most: zstd.ZstdDecompressor().decompress(frame, most + 1)
    except ImportError:
        pass
    lib = library("libzstd.so.1", "libzstd.so", "libzstd.dll", "zstd.dll", "libzstd.1.dylib")
    if lib:
        return lambda frame, most: unzstd_by_library(lib, frame, most)
    program = shutil.which("zstd")
    if program:
        return lambda frame, most: unzstd_by_program(program, frame, most)
    raise Impossible("zstd is missing: install libzstd (Debian: libzstd1) or the program zstd.")


def unzstd_by_library(lib, frame, most):
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    lib.ZSTD_decompress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    lib.ZSTD_isError.argtypes = [ctypes.c_size_t]
    room = min(most, 16 * MIB)
    while True:  # A frame need not say how long its content is: more room each time, to the limit.
        plain = ctypes.create_string_buffer(room)
        length = lib.ZSTD_decompress(plain, room, frame, len(frame))
        if not lib.ZSTD_isError(length):
            return ctypes.string_at(plain, length)
        if room == most:
            raise Damaged("does not decompress")
        room = min(most, room * 4)


def unzstd_by_program(program, frame, most):
    with tempfile.TemporaryFile() as file:
        file.write(frame)
        file.seek(0)
        with subprocess.Popen([program, "-dcq"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
            return run.stdout.read(most + 1)


crypto = library("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto-3-x64.dll", "libcrypto-3.dll", "libcrypto-3-arm64.dll",
                 "libcrypto-1_1-x64.dll", "libcrypto-1_1.dll", "libcrypto.3.dylib")


def open_aes_gcm(key, nonce, sealed, associated):
    """The plain bytes of ciphertext ‖ tag, or None when the tag is not theirs."""
    if crypto is None:
        raise Impossible("libcrypto of OpenSSL 1.1 or 3 is missing; it is needed for an encrypted repository.")
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    crypto.EVP_CIPHER_CTX_new.restype = crypto.EVP_aes_256_gcm.restype = pointer
    crypto.EVP_CIPHER_CTX_free.argtypes = [pointer]
    crypto.EVP_DecryptInit_ex.argtypes = [pointer, pointer, pointer, text, text]
    crypto.EVP_DecryptUpdate.argtypes = [pointer, pointer, pointer, text, number]
    crypto.EVP_CIPHER_CTX_ctrl.argtypes = [pointer, number, number, text]
    crypto.EVP_DecryptFinal_ex.argtypes = [pointer, pointer, pointer]
    context, written = crypto.EVP_CIPHER_CTX_new(), number()
    body, tag = sealed[:-16], sealed[-16:]
    plain = ctypes.create_string_buffer(len(body) + 16)
    set_tag = 0x11
    good = (crypto.EVP_DecryptInit_ex(context, crypto.EVP_aes_256_gcm(), None, key, nonce)
            and crypto.EVP_DecryptUpdate(context, None, ctypes.byref(written), associated, len(associated))
            and crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(written), body, len(body))
            and crypto.EVP_CIPHER_CTX_ctrl(context, set_tag, len(tag), tag)
            and crypto.EVP_DecryptFinal_ex(context, ctypes.byref(plain, len(body)), ctypes.byref(written)))
    crypto.EVP_CIPHER_CTX_free(context)
    return ctypes.string_at(plain, len(body)) if good == 1 else None


def scrypt(password, salt, log2n, block, lanes):
    if not (0 < log2n <= 24 and 0 < block <= 64 and 0 < lanes <= 64):
        raise Damaged("asks for a scrypt that nobody would have chosen")
    memory = 128 * block * ((1 << log2n) + lanes) + MIB
    if hasattr(hashlib, "scrypt"):
        return hashlib.scrypt(password, salt=salt, n=1 << log2n, r=block, p=lanes, maxmem=memory, dklen=32)
    if crypto is None:
        raise Impossible("libcrypto is missing; it is needed for a password.")
    out, size, many = ctypes.create_string_buffer(32), ctypes.c_size_t, ctypes.c_uint64
    crypto.EVP_PBE_scrypt.argtypes = [ctypes.c_char_p, size, ctypes.c_char_p, size, many, many, many, many, ctypes.c_void_p, size]
    if not crypto.EVP_PBE_scrypt(password, len(password), salt, len(salt), 1 << log2n, block, lanes, memory, out, 32):
        raise Impossible("libcrypto can't do this scrypt; it takes %d MiB." % (memory // MIB))
    return out.raw


def hkdf(secret, salt, purpose, repository):
    """HKDF-SHA-256 (RFC 5869) of 32 bytes: extract, then one block of expand."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, b"sitekeep " + purpose + b" " + repository + b"\x01", "sha256")


# ---------------------------------------------------------------- bytes

class Reader:
    """Takes fields off a run of bytes, from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def more(self):
        return self.at < len(self.data)

    def take(self, length):
        if length > len(self.data) - self.at:
            raise Damaged("it ends in the middle")
        self.at += length
        return self.data[self.at - length:self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while shift < 56:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128 and value < 1 << 53:
                return value
            if byte < 128:
                break
        raise Damaged("holds a number that is too large")


def sha256(data):
    return hashlib.sha256(data).digest()


def read_envelope(head, end, length, kind):
    """The salt and the features of an object, from its first 44 and last 40 bytes."""
    if len(head) < ENVELOPE or len(end) < END or head[:8] != b"sitekeep" or head[8] != kind:
        raise Damaged("is no object of its kind")
    features = int.from_bytes(head[10:12], "little")
    if head[9] > 1 or features > (7 if kind == RECORD else 3):  # 4: whoever forgets must know holds; we don't forget
        raise Damaged("was written by a later version of sitekeep; take the rescue.py of that version")
    if int.from_bytes(end[:8], "little") != length:
        raise Damaged("is cut off")
    return head[12:ENVELOPE], features


class Pack:
    def __init__(self, name, salt):
        self.name, self.salt = name, salt


class Group:
    """Where a group lies: its pack, its number there, its first byte, and what the table says of it."""
    __slots__ = ("pack", "number", "offset", "method", "sealed", "plain")

    def __init__(self, *fields):
        self.pack, self.number, self.offset, self.method, self.sealed, self.plain = fields


# ---------------------------------------------------------------- the repository

def is_file(path):
    """A file by its own name, and no link to one."""
    return os.path.isfile(path) and not os.path.islink(path)


def open_object(path):
    """Opens a file to be read. A link is not followed, a pipe not waited for, and what is larger than any object not read."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    facts = os.fstat(file.fileno())
    if stat.S_ISREG(facts.st_mode) and facts.st_size <= OBJECT_MAX:
        return file
    file.close()
    raise Damaged("is larger than any object" if stat.S_ISREG(facts.st_mode) else "is no file")


class Repository:
    def __init__(self, folder, key, password):
        self.folder, self.troubles, self.unzstd = folder, set(), None
        self.moved = None  # name of a pack -> its name in the trash, where a prune has put it
        self.places = {}  # (type of blob + id) -> (group, offset, length)
        self.others = {}  # the same, for the second and further places of a blob
        self.kept = OrderedDict()  # groups opened last
        self.kept_bytes = 0
        self.read_config()
        if not self.encrypted and (key or password):
            raise Impossible("This repository says that it is not encrypted. If it was, it is not yours. To read it, leave the key out.")
        self.master = self.unlock(key, password) if self.encrypted else None

    def trouble(self, what, why, word="damaged"):
        """Names what is damaged or was not restored, once."""
        line = "%s: %s: %s" % (word, what, why)
        if line not in self.troubles:
            self.troubles.add(line)
            say(line, sys.stderr)

    def names(self, folder):
        """All objects of a folder, sorted. Links, pipes and what has another name are somebody else's."""
        top = os.path.join(self.folder, folder)
        walk = [] if os.path.islink(top) else os.walk(top)
        files = [os.path.join(at, name) for at, _, names in walk for name in names if is_file(os.path.join(at, name))]
        names = [os.path.relpath(it, self.folder).replace(os.sep, "/") for it in files]
        return sorted(it for it in names if re.fullmatch(FOLDERS[folder][1], it))

    def path(self, name):
        path = os.path.join(self.folder, *name.split("/"))
        if name.startswith("packs/") and not is_file(path):
            if self.moved is None:
                self.moved = {"packs/%s/%s" % (it[-64:-62], it[-64:]): it for it in self.names("trash")}
            if name in self.moved:
                return os.path.join(self.folder, *self.moved[name].split("/"))
        return path

    def read_config(self):
        for name in ("config", "config.copy"):
            try:
                config = json.loads(self.read_object(name, CONFIG)[0])
                self.id, self.encrypted = bytes.fromhex(config["repository"]), config["encryption"] == "aes-256-gcm"
                return
            except WRONG as problem:
                self.trouble(name, problem)
        raise Impossible("%s is no repository that this program can read." % self.folder)

    def read_object(self, name, kind):
        """The body, the salt and the features of an object that is read as a whole; the digest is compared."""
        with open_object(self.path(name)) as file:
            data = file.read(OBJECT_MAX)
        salt, features = read_envelope(data[:ENVELOPE], data[-END:], len(data), kind)
        if sha256(data[:-32]) != data[-32:]:
            raise Damaged("does not match its digest")
        return data[ENVELOPE:-END], salt, features

    def unlock(self, key, password):
        """The master key, from the first slot that opens."""
        if not (key or password):
            raise Impossible("This repository is encrypted: name its key with --key FILE or --password-file FILE.")
        for name in self.names("keys"):
            try:
                body, salt, _ = self.read_object(name, SLOT)
                slot = json.loads(body)
                lock = slot["lock"]
                if slot["repository"] != self.id.hex() or (lock["by"] == "password") != bool(password):
                    continue
                secret = key or scrypt(password, salt, lock["log2N"], lock["blockSize"], lock["lanes"])
                slot_key = hkdf(secret, salt, b"key slot", self.id)
                master = self.open_part(bytes.fromhex(slot["sealedMaster"]), slot_key, salt, SLOT, 0, "")
                if master:
                    return master
            except WRONG as problem:
                self.trouble(name, problem)
        raise Impossible("No slot of this repository opens with this %s." % ("password" if password else "key"))

    def open_part(self, sealed, master, salt, kind, position, name):
        """What was sealed; None when the seal is not its own. Its place is sealed with it, so nothing can be moved."""
        associated = self.id + struct.pack("<BI", kind, position) + name.encode()
        if self.encrypted:
            key = hkdf(master, salt, b"object %d" % kind, self.id)
            return open_aes_gcm(key, struct.pack("<I8x", position), sealed, associated)
        return sealed[:-16] if sha256(associated + sealed[:-16])[:16] == sealed[-16:] else None

    def decompress(self, frame, most):
        self.unzstd = self.unzstd or choose_unzstd()
        try:
            return self.unzstd(frame, most)
        except Impossible:
            raise
        except Exception as problem:
            raise Damaged("does not decompress") from problem

    def read_body(self, name, kind):
        """The plain body of an index file, a manifest, a record or a proof."""
        body, salt, features = self.read_object(name, kind)
        plain = self.open_part(body, self.master, salt, kind, 0, name)
        if plain is None or bool(features & 1) != self.encrypted:
            raise Damaged("does not open with the repository's key")
        return self.decompress(plain, OBJECT_MAX) if features & 2 else plain

    # -------- packs and where the blobs lie

    def load_tables(self):
        """Learns where every blob lies: from the index files that are sound, and from the packs that those don't name."""
        known = set()
        for name in self.names("index"):
            try:
                self.read_index(self.read_body(name, INDEX), known)
            except WRONG as problem:
                self.trouble(name, problem)
        for name in self.names("packs") + self.names("trash"):
            if name[-64:] not in known:
                try:
                    self.learn(self.read_pack_table(name))
                except WRONG as problem:
                    self.trouble(name, problem)
        self.prefer_sound()

    def prefer_sound(self):
        """What lies elsewhere too is read there, and not in a pack that was found bad, leads to such a one, or was given up."""
        last = set()
        for name in self.names("lost"):
            try:
                lost = json.loads(self.read_body(name, LOST))
                last.update(lost["packs"], lost.get("doubted", []))
            except WRONG as problem:
                self.trouble(name, problem)
        for key, others in self.others.items() if last else ():
            places = sorted([self.places[key], *others], key=lambda it: it[0].pack.name[-64:] in last)
            self.places[key], others[:] = places[0], places[1:]

    def read_index(self, plain, known):
        rows = Reader(plain)
        for _ in range(rows.varint()):
            digest, salt = rows.take(32).hex(), rows.take(32)
            length, table, name = rows.varint(), rows.varint(), "packs/%s/%s" % (digest[:2], digest)
            blobs = read_table(rows.take(table), Pack(name, salt))
            # A pack that is gone or cut off is none, whatever the index says.
            if digest not in known and is_file(self.path(name)) and os.path.getsize(self.path(name)) == length:
                known.add(digest)
                self.learn(blobs)

    def learn(self, blobs):
        for key, place in blobs:
            if self.places.setdefault(key, place) is not place:
                self.others.setdefault(key, []).append(place)

    def read_pack_table(self, name):
        """The blobs of a pack, from its own end: ... sealed table ‖ its length (4) ‖ object's length (8) ‖ digest (32)."""
        with open_object(self.path(name)) as file:
            head, length = file.read(ENVELOPE), file.seek(0, os.SEEK_END)
            file.seek(max(0, length - END - 4))
            end = file.read()
            salt, features = read_envelope(head, end[4:], length, PACK)
            size = int.from_bytes(end[:4], "little")
            if features != int(self.encrypted) or end[12:].hex() != name[-64:] or size > length - ENVELOPE - END - 4:
                raise Damaged("is not the pack of its name")
            file.seek(length - END - 4 - size)
            table = self.open_part(file.read(size), self.master, salt, PACK, TABLE, "")
        if table is None:
            raise Damaged("has a table that does not open")
        return read_table(table, Pack(name, salt))

    def read_group(self, group):
        if group in self.kept:
            self.kept.move_to_end(group)
            return self.kept[group]
        with open_object(self.path(group.pack.name)) as file:
            file.seek(group.offset)
            plain = self.open_part(file.read(group.sealed), self.master, group.pack.salt, PACK, group.number, "")
        if plain is None:
            raise Damaged("has a group %d that does not open" % group.number)
        if group.method == 1:
            plain = self.decompress(plain, group.plain)
        if len(plain) != group.plain:
            raise Damaged("has a group %d of a wrong length" % group.number)
        self.kept[group] = plain
        self.kept_bytes += len(plain)
        while self.kept_bytes > KEPT_MAX and len(self.kept) > 1:
            self.kept_bytes -= len(self.kept.popitem(last=False)[1])
        return plain

    def blob(self, kind, id):
        """A blob, from the first of its places that is sound."""
        key = bytes([kind]) + id
        for place in [self.places[key], *self.others.get(key, [])] if key in self.places else []:
            try:
                return self.blob_at(key, place)
            except (Damaged, OSError) as problem:
                self.trouble(place[0].pack.name, problem)
        raise Damaged("%s %s is in no sound pack" % (KINDS[kind], id.hex()))

    def blob_at(self, key, place):
        group, offset, length = place[:3]
        data = self.read_group(group)[offset:offset + length]
        kind, id = key[0], key[1:]
        if kind == PAGES:
            digest = sha256(b"".join(sha256(data[at:at + PAGE]) for at in range(0, len(data), PAGE)))
        else:
            digest = sha256(data)
        if kind != LIST and digest != id:  # The id of a list is that of the file: it shows when the file is whole.
            raise Damaged("has a %s %s that is another" % (KINDS[kind], id.hex()))
        return data

    # -------- snapshots, trees, files

    def manifest(self, id):
        manifest = json.loads(self.read_body("snapshots/" + id, SNAPSHOT))
        if manifest["version"] != 1 or manifest["snapshot"]["id"] != id:
            raise Damaged("is not the manifest of its name")
        return manifest

    def manifests(self):
        for name in self.names("snapshots"):
            try:
                yield self.manifest(name[len("snapshots/"):])
            except WRONG as problem:
                self.trouble(name, problem)

    def entries(self, manifest):
        """Every entry of a snapshot, in order. A segment that is lost is named with where it began."""
        snapshot = manifest["snapshot"]["id"]
        try:
            root = Reader(self.blob(TREE, bytes.fromhex(manifest["tree"])))
            segments = [(root.take(32), root.varint(), root.take(root.varint())) for _ in range(root.varint())]
        except Damaged as problem:
            self.trouble("snapshots/" + snapshot, "has lost its tree: %s" % problem)
            return
        for id, count, first in segments:
            try:
                yield from read_segment(self.blob(SEGMENT, id))
            except Damaged as problem:
                path = first.decode("utf-8", "replace")
                self.trouble("snapshots/" + snapshot, "has lost %d entries from %s on: %s" % (count, path, problem))

    def rows(self, entry):
        """The content of a file as (type, id, offset, length): each a part of a blob."""
        if entry.size == 0:
            return
        chunk = self.places.get(bytes([CHUNK]) + entry.sha256)
        if chunk and chunk[2] == entry.size:
            yield CHUNK, entry.sha256, 0, entry.size
        elif bytes([LIST]) + entry.sha256 in self.places:
            yield from self.list_rows(self.blob(LIST, entry.sha256), 1)
        else:
            raise Damaged("its content %s is in no sound pack" % entry.sha256.hex())

    def list_rows(self, data, level_most):
        rows, row = Reader(data), None
        level = rows.byte()
        if level > level_most:
            raise Damaged("its list has an unknown level")
        for _ in range(rows.varint()):
            how, times = rows.byte(), 1
            if how == 0:
                row = (PIECE if level else CHUNK, rows.take(32), 0, rows.varint())
            elif how == 1:
                row = (CHUNK, rows.take(32), rows.varint(), rows.varint())
            elif how == 2 and row:
                times = rows.varint()
            elif how == 3:
                id, first, pages = rows.take(32), rows.varint(), rows.varint()
                rows.take(16 * pages)  # marks, for writers
                row = (PAGES, id, first * PAGE, pages * PAGE)
            else:
                raise Damaged("its list has a row of an unknown kind")
            if row[3] == 0:  # A row of nothing, a billion times, would never end.
                raise Damaged("its list has an empty row")
            for _ in range(times):
                if row[0] == PIECE:
                    yield from self.list_rows(self.blob(PIECE, row[1]), 0)
                else:
                    yield row

    def content(self, entry):
        """The bytes of a file, part by part; raises at the end when they are not those that were captured."""
        digest, size = hashlib.sha256(), 0
        for kind, id, offset, length in self.rows(entry):
            part = self.blob(kind, id)[offset:offset + length]
            if len(part) != length or size + length > entry.size:
                raise Damaged("its list asks for more than there is")
            digest.update(part)
            size += length
            yield part
        if size != entry.size or digest.digest() != entry.sha256:
            raise Damaged("its content does not match its digest")


def read_table(table, pack):
    """The blobs of a pack as (key, (group, offset, length)) with key = type of the blob ‖ id."""
    rows, blobs, offset = Reader(table), [], ENVELOPE
    for number in range(rows.varint()):
        method, sealed, plain = rows.byte(), rows.varint(), rows.varint()
        if method > 1 or plain > GROUP_MAX or number >= 4096:
            raise Damaged("has a table beyond what a reader takes")
        group, at = Group(pack, number, offset, method, sealed, plain), 0
        offset += sealed
        for _ in range(rows.varint()):
            key, length = rows.take(33), rows.varint()
            if key[0] == LIST:
                size = rows.varint()
                blobs.append((key, (group, at, length, size)))
            else:
                blobs.append((key, (group, at, length)))
            at += length
        if at != plain:
            raise Damaged("has a table whose lengths don't add up")
    return blobs


class Entry:
    def __init__(self, path, folder, modified, attributes, size, digest):
        self.path, self.folder, self.modified, self.attributes = path, folder, modified, attributes
        self.size, self.sha256 = size, digest


def read_segment(data):
    rows, path = Reader(data), b""
    while rows.more():
        path = path[:rows.varint()] + rows.take(rows.varint())
        flags, time = rows.byte(), rows.varint()
        modified = -(time + 1) // 2 if time & 1 else time // 2
        attributes = rows.varint() if flags & 2 else 0
        size, digest = (0, b"") if flags & 1 else (rows.varint(), rows.take(32))
        yield Entry(path.decode("utf-8", "surrogateescape"), bool(flags & 1), modified, attributes, size, digest)


# ---------------------------------------------------------------- what can be asked

def say(text, to=None):
    """Prints a line. Paths may hold anything: what would steer a terminal is shown as an escape."""
    print("".join(it if it.isprintable() else ascii(it)[1:-1] for it in text), file=to or sys.stdout)


def moment(ms):
    if abs(ms) > 6 * 10**13:  # Beyond the year 3871 it is no date.
        return "%d ms" % ms
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)).isoformat(" ", "milliseconds")


def command_snapshots(repo, _):
    found = sorted((it["snapshot"] for it in repo.manifests()), key=lambda it: (it["point"], it["startedAt"], it["id"]))
    for it in found:
        say("%s  %s UTC  %s/%s  %s  %d files  %d bytes" % (
            it["id"], moment(it["asOf"])[:19], it["site"], it["source"], it["mode"], it["files"], it["bytes"]))
    say("%d snapshots" % len(found))


def chosen(repo, options):
    """The manifest that was asked for, and its entries below PATH."""
    if options.snapshot not in (it[len("snapshots/"):] for it in repo.names("snapshots")):
        raise Impossible("There is no snapshot %s; `snapshots` lists those that are." % options.snapshot)
    try:
        manifest = repo.manifest(options.snapshot)
    except WRONG as problem:
        repo.trouble("snapshots/" + options.snapshot, problem)
        return
    repo.load_tables()
    wanted, found = options.path.replace(os.sep, "/").strip("/"), False
    for entry in repo.entries(manifest):
        if not wanted or entry.path == wanted or entry.path.startswith(wanted + "/"):
            found = True
            yield entry
    if wanted and not found and not repo.troubles:
        raise Impossible("The snapshot holds nothing at %s." % wanted)


def command_list(repo, options):
    for it in chosen(repo, options):
        say("%s  %12s  %s" % (moment(it.modified), "folder" if it.folder else it.size, it.path))


def unsafe(path):
    """Why a path must not be written, or None. Windows has more names that lead elsewhere."""
    for part in path.split("/"):
        if part in ("", ".", "..") or "\0" in part:
            return "its path leads elsewhere"
        if os.name == "nt":
            device = part.split(".")[0].rstrip().upper()
            reserved = device in ("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$") or (
                device[:3] in ("COM", "LPT") and device[3:] in tuple("123456789¹²³"))
            if reserved or part[-1] in ". " or any(it in '\\:*?"<>|' or it < " " for it in part):
                return "Windows can't hold its name"
    return None


def command_restore(repo, options):
    """Writes into a folder that is new or empty, so nothing is overwritten and no link can lead out of it."""
    target = os.path.abspath(options.to)
    if os.path.commonpath([target, os.path.abspath(repo.folder)]) == os.path.abspath(repo.folder):
        raise Impossible("--to lies in the repository; nothing is written there.")
    if os.path.lexists(target) and (not os.path.isdir(target) or os.listdir(target)):
        raise Impossible("%s is there and is not an empty folder; name a new one." % options.to)
    if os.name == "nt" and not target.startswith("\\\\"):
        target = "\\\\?\\" + target  # paths of more than 260 characters
    os.makedirs(target, exist_ok=True)
    files = size = 0
    folders = []
    for entry in chosen(repo, options):
        path = os.path.join(target, *entry.path.split("/"))
        try:
            why = unsafe(entry.path)
            if why:
                raise Damaged(why)
            os.makedirs(path if entry.folder else os.path.dirname(path), exist_ok=True)
            if entry.folder:
                folders.append((path, entry.modified))
            else:
                restore_file(repo, entry, path, os.path.join(target, ".rescue-unfinished"))
                files, size = files + 1, size + entry.size
        except WRONG as problem:
            repo.trouble(entry.path, problem, "not restored")
    for path, modified in reversed(folders):  # Deepest first: what is written into a folder changes its time.
        os.utime(path, ns=(modified * 10**6, modified * 10**6))
    say("%d files, %d bytes restored to %s; problems: %d" % (files, size, options.to, len(repo.troubles)))


def restore_file(repo, entry, path, unfinished):
    """A file has its name only once its digest was right."""
    try:
        with open(unfinished, "wb") as file:
            for part in repo.content(entry):
                file.write(part)
        if os.path.lexists(path):
            raise Damaged("something else of this name was restored before")
        os.utime(unfinished, ns=(entry.modified * 10**6, entry.modified * 10**6))
        os.rename(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def command_check(repo, _):
    """Reads every byte of every object, then follows every snapshot through the blobs that were sound."""
    count, known = 2, set()
    for name in ("config", "config.copy"):
        check_object(repo, name, CONFIG, known)
    for folder, (kind, _) in FOLDERS.items():
        for name in repo.names(folder):
            check_object(repo, name, kind, known)
            count += 1
    repo.prefer_sound()
    files, sound = 0, set()
    for manifest in repo.manifests():
        for entry in repo.entries(manifest):
            files += not entry.folder
            check_file(repo, "snapshots/" + manifest["snapshot"]["id"], entry, sound)
    say("%d objects and %d files of snapshots checked; problems: %d" % (count, files, len(repo.troubles)))


def check_object(repo, name, kind, known):
    try:
        if kind == PACK:
            check_pack(repo, name, known)
        elif kind == INDEX:  # Packs come before: only those whose own table is lost are learned from here.
            repo.read_index(repo.read_body(name, kind), known)
        else:
            json.loads(repo.read_object(name, kind)[0] if kind in (CONFIG, SLOT) else repo.read_body(name, kind))
    except WRONG as problem:
        repo.trouble(name, problem)


def check_pack(repo, name, known):
    """Learns the blobs of a pack that are what their ids say."""
    digest = hashlib.sha256()
    with open_object(repo.path(name)) as file:
        left = os.path.getsize(repo.path(name)) - 32
        while left > 0:
            left -= len(part := file.read(min(left, MIB))) or left
            digest.update(part)
    if digest.hexdigest() != name[-64:]:
        repo.trouble(name, "does not match its digest")
    blobs = repo.read_pack_table(name)
    known.add(name[-64:])
    for key, place in blobs:
        try:
            repo.blob_at(key, place)
            repo.learn([(key, place)])
        except Damaged as problem:
            repo.trouble(name, problem)


def check_file(repo, snapshot, entry, sound):
    """Every part of a file must be there. Its content as a whole is proven when it is restored."""
    if entry.folder or (entry.sha256, entry.size) in sound:
        return
    try:
        size = 0
        for kind, id, offset, length in repo.rows(entry):
            size += length
            if len(repo.blob(kind, id)) < offset + length or size > entry.size:
                raise Damaged("its list asks for more than there is")
        if size != entry.size:
            raise Damaged("its list ends too early")
        sound.add((entry.sha256, entry.size))
    except Damaged as problem:
        repo.trouble(snapshot, "%s: %s" % (entry.path, problem))


# ---------------------------------------------------------------- the command line

def read_key(path):
    """A key file holds 32 bytes, or 64 hexadecimal digits with space around them."""
    with open(path, "rb") as file:
        data = file.read(4096)
    text = data.strip()
    if len(data) != 32 and re.fullmatch(rb"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text.decode())
    if len(data) != 32:
        raise Impossible("%s is no key file: those hold 32 bytes or 64 hexadecimal digits." % path)
    return data


def read_password(path):
    """The password is the file without the end of its line, in Unicode NFC."""
    with open(path, encoding="utf-8-sig") as file:
        return unicodedata.normalize("NFC", file.read().rstrip("\r\n")).encode()


def read_options():
    parser = argparse.ArgumentParser(prog="rescue.py", description="Gives back what a sitekeep repository holds, without sitekeep.",
                                     epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, run, does in (("snapshots", command_snapshots, "list the snapshots"),
                            ("list", command_list, "list what a snapshot holds"),
                            ("restore", command_restore, "give files back, each compared with its digest"),
                            ("check", command_check, "read everything and name what is damaged")):
        command = commands.add_parser(name, help=does, description=does)
        command.set_defaults(run=run)
        command.add_argument("repository", metavar="REPO", help="the folder of the repository; nothing is written there")
        if name in ("list", "restore"):
            command.add_argument("snapshot", metavar="SNAPSHOT")
            command.add_argument("path", metavar="PATH", nargs="?", default="", help="a file or folder of it; all of it without")
        if name == "restore":
            command.add_argument("--to", metavar="DIR", required=True, help="a folder that is new or empty")
        keys = command.add_mutually_exclusive_group()
        keys.add_argument("--key", metavar="FILE", help="the key file that opens the repository")
        keys.add_argument("--password-file", metavar="FILE", help="a file that holds the password")
    return parser.parse_args()


def main():
    options = read_options()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        key = read_key(options.key) if options.key else None
        password = read_password(options.password_file) if options.password_file else None
        repo = Repository(options.repository, key, password)
        options.run(repo, options)
        return 1 if repo.troubles else 0
    except Impossible as problem:
        say(str(problem), sys.stderr)
    except (OSError, UnicodeDecodeError) as problem:
        say("It can't be done: %s" % problem, sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
