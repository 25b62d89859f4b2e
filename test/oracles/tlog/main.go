// Command tlog checks a log folder, or a pack, with golang.org/x/mod alone, so that a mistake that our
// writer and our own audit share does not go unseen.
//
//	tlog <log folder> <file with verifier keys> [<folder with proofs>]
//	tlog -head <pack> <file with verifier keys>
//	tlog -proofs <pack> <file with verifier keys>
//
// It prints "ok" and what it counted and exits with 0, or prints the reason and exits with 1. Proofs are
// .tlog-proof files, members of tar files.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The height of C2SP tiles: 2^8 hashes.
const tileHeight = 8

func main() {
	defer func() {
		// TileHashReader panics on tiles that do not fit together.
		if reason := recover(); reason != nil {
			fail(fmt.Errorf("panic: %v", reason))
		}
	}()
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fail(errors.New("usage: tlog <log folder> <vkey file> [<proof folder>], or tlog -head|-proofs <pack> <vkey file>"))
	}
	said, err := answer(os.Args[1:])
	if err != nil {
		fail(err)
	}
	fmt.Println(said)
}

func answer(args []string) (string, error) {
	ofPack := map[string]func(string, note.Verifiers) (string, error){"-head": headOfPack, "-proofs": proofsOfPack}[args[0]]
	keyFile := args[1]
	if ofPack != nil && len(args) == 3 {
		keyFile = args[2]
	}
	verifiers, err := readVerifiers(keyFile)
	if err != nil {
		return "", err
	}
	if ofPack != nil && len(args) == 3 {
		return ofPack(args[1], verifiers)
	}
	size, err := checkLog(args[0], verifiers)
	if err == nil && len(args) == 3 {
		err = checkProofs(args[2], verifiers)
	}
	return fmt.Sprintf("ok size=%d", size), err
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

func checkLog(root string, verifiers note.Verifiers) (int64, error) {
	newest, err := readCheckpoint(filepath.Join(root, "checkpoint"), verifiers)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(newest, tileFolder{root, map[string][]byte{}})
	if err := checkEntries(root, newest, reader); err != nil {
		return 0, err
	}
	if err := checkTiles(root, newest, reader); err != nil {
		return 0, err
	}
	return newest.N, checkCheckpoints(root, newest, reader, verifiers)
}

func readVerifiers(path string) (note.Verifiers, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []note.Verifier
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, verifier)
	}
	return note.VerifierList(list...), nil
}

func readCheckpoint(path string, verifiers note.Verifiers) (tlog.Tree, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	tree, err := openCheckpoint(text, verifiers)
	if err != nil {
		return tree, fmt.Errorf("%s: %w", path, err)
	}
	return tree, nil
}

func openCheckpoint(text []byte, verifiers note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open(text, verifiers)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("a checkpoint has three lines at least")
	}
	origin := false
	for _, signature := range opened.Sigs {
		origin = origin || signature.Name == lines[0]
	}
	if !origin {
		return tlog.Tree{}, fmt.Errorf("origin %q is not the name of a key that signed", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return tlog.Tree{}, fmt.Errorf("no size: %q", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// tileFolder reads C2SP tiles for x/mod, whose own paths begin with the tile height. It keeps what it has read,
// since x/mod asks for the same tiles for every hash; it verifies them up to the root each time.
type tileFolder struct {
	root string
	kept map[string][]byte
}

func (folder tileFolder) Height() int { return tileHeight }

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := folder.read(tile)
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (folder tileFolder) read(tile tlog.Tile) ([]byte, error) {
	path := tilePath(tile)
	if bytes, found := folder.kept[path]; found {
		return bytes, nil
	}
	bytes, err := os.ReadFile(filepath.Join(folder.root, path))
	if err != nil {
		return nil, err
	}
	if len(bytes) != tile.W*tlog.HashSize {
		return nil, fmt.Errorf("%s: expected %d hashes, got %d bytes", path, tile.W, len(bytes))
	}
	folder.kept[path] = bytes
	return bytes, nil
}

func (folder tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func tilePath(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
}

func bundlePath(number int64, width int) string {
	path := tilePath(tlog.Tile{H: tileHeight, L: 0, N: number, W: width})
	return "tile/entries/" + strings.TrimPrefix(path, "tile/0/")
}

// checkEntries compares every entry with its leaf hash, which x/mod verifies up to the root, and proves one of
// each bundle to be in the tree.
func checkEntries(root string, tree tlog.Tree, reader tlog.HashReader) error {
	for number := int64(0); number<<tileHeight < tree.N; number++ {
		width := int(min(1<<tileHeight, tree.N-number<<tileHeight))
		path := bundlePath(number, width)
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		hashes, err := entryHashes(data, width)
		if err == nil {
			err = checkHashes(tree, reader, number<<tileHeight, hashes)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func entryHashes(data []byte, width int) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for at := 0; at < width; at++ {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("entry %d is cut", at)
		}
		length := int(binary.BigEndian.Uint16(data))
		hashes = append(hashes, tlog.RecordHash(data[2:2+length]))
		data = data[2+length:]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%d bytes too many", len(data))
	}
	return hashes, nil
}

func checkHashes(tree tlog.Tree, reader tlog.HashReader, first int64, hashes []tlog.Hash) error {
	indexes := make([]int64, len(hashes))
	for at := range hashes {
		indexes[at] = tlog.StoredHashIndex(0, first+int64(at))
	}
	stored, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for at, hash := range hashes {
		if stored[at] != hash {
			return fmt.Errorf("entry %d: its hash is not the one in the tree", first+int64(at))
		}
	}
	proven := first + first>>tileHeight%int64(len(hashes))
	proof, err := tlog.ProveRecord(tree.N, proven, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, proven, hashes[proven-first])
}

// checkTiles compares every tile of the tree, as it is stored, with the verified hashes.
func checkTiles(root string, tree tlog.Tree, reader tlog.HashReader) error {
	for _, tile := range tlog.NewTiles(tileHeight, 0, tree.N) {
		expected, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return err
		}
		stored, err := os.ReadFile(filepath.Join(root, tilePath(tile)))
		if err != nil {
			return err
		}
		if !bytes.Equal(stored, expected) {
			return fmt.Errorf("%s: not the hashes of the tree", tilePath(tile))
		}
	}
	return nil
}

// checkCheckpoints proves every older checkpoint to be a prefix of the next one and of the newest.
func checkCheckpoints(root string, newest tlog.Tree, reader tlog.HashReader, verifiers note.Verifiers) error {
	paths, err := filepath.Glob(filepath.Join(root, "checkpoints", "*"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return errors.New("there are no checkpoints")
	}
	sort.Strings(paths)
	var before tlog.Tree
	for _, path := range paths {
		tree, err := readCheckpoint(path, verifiers)
		if err != nil {
			return err
		}
		if filepath.Base(path) != fmt.Sprintf("%016d", tree.N) {
			return fmt.Errorf("%s: it is of %d entries", path, tree.N)
		}
		if tree.N > newest.N {
			return fmt.Errorf("%s: newer than the published checkpoint", path)
		}
		for _, pair := range [][2]tlog.Tree{{before, tree}, {tree, newest}} {
			if err := checkPrefix(pair[0], pair[1], reader); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		before = tree
	}
	if before != newest {
		return errors.New("the published checkpoint is not the newest that is kept")
	}
	return nil
}

func checkPrefix(older, newer tlog.Tree, reader tlog.HashReader) error {
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(newer.N, older.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
}

// checkProofs verifies proofs offline, each with the entry that it carries as extra data.
func checkProofs(folder string, verifiers note.Verifiers) error {
	_, err := provenEntries(folder, verifiers)
	return err
}

// checkProof gives the entry that is proved to be in the log.
func checkProof(text string, verifiers note.Verifiers) ([]byte, error) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("expected a header, extra, index and a checkpoint")
	}
	extra, found := strings.CutPrefix(lines[1], "extra ")
	if !found {
		return nil, errors.New("there is no extra line")
	}
	entry, err := base64.StdEncoding.DecodeString(extra)
	if err != nil {
		return nil, err
	}
	number, found := strings.CutPrefix(lines[2], "index ")
	if !found {
		return nil, errors.New("there is no index line")
	}
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return nil, err
	}
	tree, err := openCheckpoint([]byte(checkpoint), verifiers)
	if err != nil {
		return nil, err
	}
	return entry, tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}
