package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// headOfPack verifies the checkpoint of a pack, and that the ledger extends what earlier reports had of it.
func headOfPack(pack string, verifiers note.Verifiers) (string, error) {
	newest, err := os.ReadFile(filepath.Join(pack, "data/proofs/checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(newest, verifiers)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(pack, "data/proofs/consistency/*.txt"))
	if err != nil {
		return "", err
	}
	for _, path := range paths {
		if err := checkConsistency(path, newest, tree, verifiers); err != nil {
			return "", fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return fmt.Sprintf("ok size=%d earlier=%d", tree.N, len(paths)), nil
}

// checkConsistency reads a request of C2SP tlog-witness: old size, hashes, a blank line, the newer checkpoint.
func checkConsistency(path string, newest []byte, tree tlog.Tree, verifiers note.Verifiers) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	number, hasOld := strings.CutPrefix(lines[0], "old ")
	if !found || !hasOld {
		return errors.New("expected an old size, hashes and a checkpoint")
	}
	if checkpoint != string(newest) {
		return errors.New("its checkpoint is not the one of the pack")
	}
	older, err := readCheckpoint(strings.TrimSuffix(path, ".txt")+".checkpoint", verifiers)
	if err != nil {
		return err
	}
	if number != strconv.FormatInt(older.N, 10) {
		return fmt.Errorf("the earlier checkpoint is of %d entries, not of %s", older.N, number)
	}
	proof, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

// proofsOfPack verifies every proof of a pack, and that their entries commit to the lines of bodies.jsonl, in order.
func proofsOfPack(pack string, verifiers note.Verifiers) (string, error) {
	proven, err := provenEntries(filepath.Join(pack, "data/proofs"), verifiers)
	if err != nil {
		return "", err
	}
	bodies, err := os.ReadFile(filepath.Join(pack, "data/evidence/bodies.jsonl"))
	if err != nil {
		return "", err
	}
	lines := bytes.Split(bytes.TrimSuffix(bodies, []byte("\n")), []byte("\n"))
	if len(lines) != len(proven) {
		return "", fmt.Errorf("%d bodies and %d proofs", len(lines), len(proven))
	}
	for at, it := range proven {
		if err := checkBody(it.entry, lines[at]); err != nil {
			return "", fmt.Errorf("%s: %w", it.name, err)
		}
	}
	return fmt.Sprintf("ok proofs=%d", len(proven)), nil
}

func checkBody(entry, body []byte) error {
	var parsed struct{ Body string }
	if err := json.Unmarshal(entry, &parsed); err != nil {
		return err
	}
	hash := sha256.Sum256(body)
	if parsed.Body != "sha256:"+hex.EncodeToString(hash[:]) {
		return errors.New("the entry is not of the body on its line")
	}
	return nil
}

type namedProof struct{ name, text string }

type provenEntry struct {
	name  string
	entry []byte
}

// provenEntries verifies the proofs of a folder and gives the entries that they prove, in order of their names.
func provenEntries(folder string, verifiers note.Verifiers) ([]provenEntry, error) {
	proofs, err := readProofs(folder)
	if err != nil {
		return nil, err
	}
	var proven []provenEntry
	for _, proof := range proofs {
		entry, err := checkProof(proof.text, verifiers)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", proof.name, err)
		}
		proven = append(proven, provenEntry{proof.name, entry})
	}
	return proven, nil
}

// readProofs gives the .tlog-proof members of the tar files of a folder, in order of their names.
func readProofs(folder string) ([]namedProof, error) {
	tars, err := filepath.Glob(filepath.Join(folder, "*.tar"))
	if err != nil {
		return nil, err
	}
	var proofs []namedProof
	for _, path := range tars {
		members, err := readTar(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		proofs = append(proofs, members...)
	}
	if len(proofs) == 0 {
		return nil, fmt.Errorf("%s: no proofs", folder)
	}
	sort.SliceStable(proofs, func(a, b int) bool { return proofs[a].name < proofs[b].name })
	return proofs, nil
}

func readTar(path string) ([]namedProof, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var members []namedProof
	reader := tar.NewReader(file)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return members, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || !strings.HasSuffix(header.Name, ".tlog-proof") {
			return nil, fmt.Errorf("%s: not a proof", header.Name)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			return nil, err
		}
		members = append(members, namedProof{header.Name, string(text)})
	}
}
