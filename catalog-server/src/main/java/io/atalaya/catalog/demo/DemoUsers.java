package io.atalaya.catalog.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.config.OwnerFile;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.User;
import io.atalaya.policies.Policies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The users of the demonstration, with random secrets of their own in a file that only its owner may read. */
public final class DemoUsers {
    /** Who they are, by name. */
    static final Map<String, String> USERS = users();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int PASSWORD_LENGTH = 20;
    private static final String TOKEN = "demo";

    private final Identity identity;
    private final Policies policies;
    private final Recorder recorder;
    private final SecureRandom random = new SecureRandom();

    public DemoUsers(Identity identity, Policies policies, Recorder recorder) {
        this.identity = identity;
        this.policies = policies;
        this.recorder = recorder;
    }

    /** Makes them and the file, unless the file is there. */
    void ensure(Caller operator, Path credentials) {
        if (Files.exists(credentials)) {
            return;
        }
        ObjectNode all = JSON.createObjectNode();
        USERS.forEach((name, displayName) -> all.set(
                name,
                recorder.change(
                        operator,
                        "user.create",
                        name,
                        Map.of("purpose", "demonstration"),
                        () -> secrets(name, displayName))));
        policies.makeFirstAdministrator("admin");
        try {
            OwnerFile.write(credentials, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode secrets(String name, String displayName) {
        if (identity.users().find(name).isEmpty()) {
            identity.users().create(name, displayName, User.Kind.HUMAN);
        }
        String password = password();
        identity.users().setPassword(name, password.toCharArray());
        identity.revokeAll(name);
        var token = identity.tokens().create(name, TOKEN, Optional.empty());
        var key = identity.accessKeys().create(name);
        return JSON.createObjectNode()
                .put("password", password)
                .put("token", token.secret())
                .put("accessKeyId", key.accessKeyId())
                .put("secretAccessKey", key.secretAccessKey());
    }

    private String password() {
        StringBuilder text = new StringBuilder(PASSWORD_LENGTH);
        random.ints(PASSWORD_LENGTH, 0, ALPHABET.length()).forEach(i -> text.append(ALPHABET.charAt(i)));
        return text.toString();
    }

    private static Map<String, String> users() {
        Map<String, String> users = new LinkedHashMap<>();
        users.put("admin", "Ada Admin");
        users.put("steward", "Stella Steward");
        users.put("de", "Dana Engineer");
        users.put("ds", "Sam Scientist");
        users.put("analyst", "Ana Analyst");
        users.put("auditor", "Otto Auditor");
        return users;
    }
}
