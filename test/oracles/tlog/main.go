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
	if len(args) == 3 && args[0] == "-head" {
		return headOfPack(args[1], args[2])
	}
	if len(args) == 3 && args[0] == "-proofs" {
		return proofsOfPack(args[1], args[2])
	}
	size, err := checkLog(args[0], args[1])
	if err == nil && len(args) == 3 {
		err = checkProofs(args[2], args[1])
	}
	return fmt.Sprintf("ok size=%d", size), err
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

func checkLog(root, keyFile string) (int64, error) {
	verifiers, err := readVerifiers(keyFile)
	if err != nil {
		return 0, err
	}
	newest, err := readCheckpoint(filepath.Join(root, "checkpoint"), verifiers)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(newest, tileFolder(root))
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

// tileFolder reads C2SP tiles for x/mod, whose own paths begin with the tile height.
type tileFolder string

func (folder tileFolder) Height() int { return tileHeight }

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := os.ReadFile(filepath.Join(string(folder), tilePath(tile)))
		if err != nil {
			return nil, err
		}
		if len(bytes) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: expected %d hashes, got %d bytes", tilePath(tile), tile.W, len(bytes))
		}
		data[i] = bytes
	}
	return data, nil
}

func (folder tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func tilePath(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
}

func bundlePath(number int64, width int) string {
	path := tilePath(tlog.Tile{H: tileHeight, L: 0, N: number, W: width})
	return "tile/entries/" + strings.TrimPrefix(path, "tile/0/")
}

// checkEntries compares every entry with its leaf hash and proves it to be in the tree.
func checkEntries(root string, tree tlog.Tree, reader tlog.HashReader) error {
	for number := int64(0); number<<tileHeight < tree.N; number++ {
		width := int(min(1<<tileHeight, tree.N-number<<tileHeight))
		path := bundlePath(number, width)
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		for at := 0; at < width; at++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s: entry %d is cut", path, at)
			}
			length := int(binary.BigEndian.Uint16(data))
			index := number<<tileHeight + int64(at)
			if err := checkEntry(tree, reader, index, data[2:2+length]); err != nil {
				return fmt.Errorf("%s: entry %d: %w", path, index, err)
			}
			data = data[2+length:]
		}
		if len(data) > 0 {
			return fmt.Errorf("%s: %d bytes too many", path, len(data))
		}
	}
	return nil
}

func checkEntry(tree tlog.Tree, reader tlog.HashReader, index int64, entry []byte) error {
	hash := tlog.RecordHash(entry)
	stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return err
	}
	if stored[0] != hash {
		return errors.New("its hash is not the one in the tree")
	}
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash)
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
func checkProofs(folder, keyFile string) error {
	verifiers, err := readVerifiers(keyFile)
	if err != nil {
		return err
	}
	proofs, err := readProofs(folder)
	if err != nil {
		return err
	}
	for _, proof := range proofs {
		if _, err := checkProof(proof.text, verifiers); err != nil {
			return fmt.Errorf("%s: %w", proof.name, err)
		}
	}
	return nil
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
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint([]byte(checkpoint), verifiers)
	if err != nil {
		return nil, err
	}
	return entry, tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}
