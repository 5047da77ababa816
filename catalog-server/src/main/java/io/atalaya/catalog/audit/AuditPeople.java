package io.atalaya.catalog.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The people that a log speaks of, each with a key of its own. In the log's lines a person is a commitment, the HMAC of the name
 * under that key, and what is personal besides is encrypted under it. Who forgets the key has erased the person: the lines, and
 * so the tree over them, stay as they are, and nobody can tell any more whom they are about.
 */
final class AuditPeople {
    /** What a person is called in a line, before the commitment in hexadecimal digits. */
    static final String PERSON = "person:";

    /** What encrypted text begins with, before the commitment, a colon and the text in base 64. */
    static final String SEALED = "sealed:";

    private static final Pattern NAMED = Pattern.compile("(?:" + PERSON + "|" + SEALED + ")([0-9a-f]{64})");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE = 12;

    private final Path file;
    private final Map<String, Person> byName = new ConcurrentHashMap<>();
    private final Map<String, Person> byCommitment = new ConcurrentHashMap<>();

    private static final class Person {
        private final String name;
        private final byte[] key;
        private final String commitment;

        private Person(String name, byte[] key) {
            this.name = name;
            this.key = key;
            this.commitment = HexFormat.of().formatHex(hmac(key, name));
        }

        String name() {
            return name;
        }

        String commitment() {
            return commitment;
        }
    }

    private AuditPeople(Path file) {
        this.file = file;
    }

    /** Those in a file, which is made with the first of them; what a crash left half written at its end is dropped. */
    static AuditPeople in(Path file) throws IOException {
        AuditPeople people = new AuditPeople(file);
        if (Files.exists(file)) {
            String text = Files.readString(file);
            int end = text.lastIndexOf('\n') + 1;
            for (String line : text.substring(0, end).lines().toList()) {
                JsonNode person = JSON.readTree(line);
                people.know(new Person(
                        person.path("name").asText(),
                        Base64.getDecoder().decode(person.path("key").asText())));
            }
            if (end < text.length()) {
                people.rewrite();
            }
        }
        return people;
    }

    private void know(Person person) {
        byName.put(person.name(), person);
        byCommitment.put(person.commitment(), person);
    }

    /** How a person is called in lines; made durable first if not known. */
    String token(String name) {
        Person known = byName.get(name);
        return PERSON + (known == null ? meet(name) : known).commitment();
    }

    /** The same of somebody who is known already. */
    Optional<String> knownToken(String name) {
        return Optional.ofNullable(byName.get(name)).map(person -> PERSON + person.commitment());
    }

    private synchronized Person meet(String name) {
        Person known = byName.get(name);
        if (known != null) {
            return known;
        }
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        Person person = new Person(name, key);
        try {
            if (!Files.exists(file)) {
                SecretFile.write(file, new byte[0]);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                channel.write(ByteBuffer.wrap(line(person)));
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        know(person);
        return person;
    }

    private static byte[] line(Person person) {
        Map<String, Object> line = new TreeMap<>();
        line.put("name", person.name());
        line.put("key", Base64.getEncoder().encodeToString(person.key));
        return (CanonicalJson.of(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Text as only the person's key gives it back. */
    String seal(String name, String text) {
        token(name);
        Person person = byName.get(name);
        if (person == null) {
            return "erased";
        }
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, person, nonce, text.getBytes(StandardCharsets.UTF_8));
        byte[] all = ByteBuffer.allocate(NONCE + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        return SEALED + person.commitment() + ":" + Base64.getEncoder().encodeToString(all);
    }

    /** What was sealed; something else if its person was erased. */
    String opened(String sealed) {
        int colon = sealed.indexOf(':', SEALED.length());
        Person person = colon < 0 ? null : byCommitment.get(sealed.substring(SEALED.length(), colon));
        if (person == null) {
            return "erased";
        }
        byte[] all = Base64.getDecoder().decode(sealed.substring(colon + 1));
        byte[] text = crypt(
                Cipher.DECRYPT_MODE, person, Arrays.copyOf(all, NONCE), Arrays.copyOfRange(all, NONCE, all.length));
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The name behind a commitment; something else if its person was erased. */
    String name(String commitment) {
        Person person = byCommitment.get(commitment);
        return person == null ? "erased-" + commitment.substring(0, 12) : person.name();
    }

    /**
     * Destroys a person's key.
     *
     * @return how the person is called in lines; empty if nobody of that name is in any
     */
    synchronized Optional<String> erase(String name) throws IOException {
        Person person = byName.remove(name);
        if (person == null) {
            return Optional.empty();
        }
        rewrite();
        byCommitment.remove(person.commitment());
        Arrays.fill(person.key, (byte) 0);
        return Optional.of(PERSON + person.commitment());
    }

    /** Adds the commitments that a line has. */
    static void named(byte[] line, Set<String> commitments) {
        NAMED.matcher(new String(line, StandardCharsets.ISO_8859_1))
                .results()
                .forEach(found -> commitments.add(found.group(1)));
    }

    /** Destroys the keys of all others. */
    synchronized void keep(Set<String> commitments) throws IOException {
        List<Person> others = byName.values().stream()
                .filter(person -> !commitments.contains(person.commitment()))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        others.forEach(person -> byName.remove(person.name()));
        rewrite();
        for (Person person : others) {
            byCommitment.remove(person.commitment());
            Arrays.fill(person.key, (byte) 0);
        }
    }

    private void rewrite() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(
                byName.values().stream().mapToInt(person -> line(person).length).sum());
        byName.values().forEach(person -> all.put(line(person)));
        SecretFile.write(file, all.array());
    }

    private static byte[] crypt(int mode, Person person, byte[] nonce, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(hmac(person.key, "atalaya/audit/sealed"), "AES"),
                    new GCMParameterSpec(128, nonce));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new AuditException.Corrupt("a sealed text is not what was written; run audit verify");
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
