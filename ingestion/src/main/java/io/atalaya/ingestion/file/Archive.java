package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Files that were delivered in one file: tar, zip, and both packed once more. Members are told by their place in it; their
 * names are only shown, nothing is ever written under one. What is no plain file in it, a link above all, is passed over.
 */
public final class Archive {
    private static final int TAR_MAGIC_AT = 257;

    private final Kind kind;
    private final Path file;
    private final String name;
    private final Bounds bounds;

    private Archive(Kind kind, Path file, String name, Bounds bounds) {
        this.kind = kind;
        this.file = file;
        this.name = name;
        this.bounds = bounds;
    }

    /** How files are put together. */
    public enum Kind {
        TAR,
        ZIP
    }

    /**
     * A file in an archive.
     *
     * @param ordinal its place, from 0
     * @param path in the archive
     * @param sha256 of its bytes
     */
    public record Member(int ordinal, String path, long bytes, String sha256) {}

    /** Is given each member, with its bytes up to the next. */
    @FunctionalInterface
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(int ordinal, String path, InputStream bytes) throws IOException;
    }

    /** What kind of archive the file is, told by its first bytes once unpacked; empty if it is none. */
    public static Optional<Kind> kind(Path file, String name) throws IOException {
        byte[] first;
        try (Packing.Unpacked unpacked = Packing.open(file, name)) {
            first = unpacked.readNBytes(TAR_MAGIC_AT + 5);
        }
        boolean zip = first.length >= 4
                && first[0] == 'P'
                && first[1] == 'K'
                && ((first[2] == 3 && first[3] == 4) || (first[2] == 5 && first[3] == 6));
        boolean tar = first.length == TAR_MAGIC_AT + 5
                && first[TAR_MAGIC_AT] == 'u'
                && first[TAR_MAGIC_AT + 1] == 's'
                && first[TAR_MAGIC_AT + 2] == 't'
                && first[TAR_MAGIC_AT + 3] == 'a'
                && first[TAR_MAGIC_AT + 4] == 'r';
        return zip ? Optional.of(Kind.ZIP) : tar ? Optional.of(Kind.TAR) : Optional.empty();
    }

    /**
     * The archive that the file is; empty if it is none. A workbook is none, though it is a zip.
     *
     * @param folder where it is put if it has to be unpacked first
     */
    public static Optional<Archive> open(Path file, String name, Path folder, Bounds bounds) throws IOException {
        Optional<Kind> kind = kind(file, name);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        Path plain = file;
        if (kind.get() == Kind.ZIP && Packing.of(file) != Packing.NONE) {
            plain = folder.resolve("delivered.zip");
            Packing.unpack(file, name, plain, bounds);
        }
        boolean workbook = kind.get() == Kind.ZIP && ZipMembers.isWorkbook(plain, name);
        return workbook ? Optional.empty() : Optional.of(new Archive(kind.get(), plain, name, bounds));
    }

    /** How its files are put together. */
    public Kind kind() {
        return kind;
    }

    /**
     * The members that are meant, once all of the archive was read.
     *
     * @throws IngestionException.BadFile if it is damaged anywhere, or unpacks to too much
     */
    public List<Member> members(MemberNames meant) throws IOException {
        List<Member> members = new ArrayList<>();
        byte[] buffer = new byte[1 << 16];
        visit((ordinal, path, bytes) -> {
            MessageDigest digest = Sha256.digest();
            long size = 0;
            InputStream hashed = new DigestInputStream(bytes, digest);
            for (int read = hashed.read(buffer); read >= 0; read = hashed.read(buffer)) {
                size += read;
            }
            if (meant.matches(path)) {
                members.add(new Member(
                        ordinal, MemberNames.shown(path), size, HexFormat.of().formatHex(digest.digest())));
            }
            return true;
        });
        return members;
    }

    /** Is given each of some members, in the order they have, as a file that is there until it returns. */
    @FunctionalInterface
    public interface Taker {
        void take(Member member, Path file) throws IOException;
    }

    /** Unpacks these members one by one, each into {@code folder}. */
    public void unpack(List<Member> members, Path folder, Taker taker) throws IOException {
        Path unpacked = folder.resolve("member");
        List<Member> left = new ArrayList<>(members);
        visit((ordinal, _, bytes) -> {
            if (!left.isEmpty() && left.getFirst().ordinal() == ordinal) {
                Files.copy(bytes, unpacked, StandardCopyOption.REPLACE_EXISTING);
                taker.take(left.removeFirst(), unpacked);
                Files.delete(unpacked);
            }
            return !left.isEmpty();
        });
    }

    private void visit(Visitor visitor) throws IOException {
        switch (kind) {
            case TAR -> TarMembers.visit(file, name, bounds, visitor);
            case ZIP -> ZipMembers.visit(file, name, bounds, visitor);
        }
    }

    static IngestionException.BadFile damaged(Kind kind, String name, Sentence where) {
        return new IngestionException.BadFile(
                "{0} is a damaged {1} archive: {2}. Nothing of it was loaded; deliver the complete archive again",
                name, kind == Kind.TAR ? "tar" : "zip", where);
    }
}
