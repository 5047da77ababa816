package io.atalaya.catalog.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Secrets that the settings refer to and never hold: {@code env:NAME} is a variable, {@code file:PATH} a file. */
final class SecretReferences {
    private static final int LEAST = 16;

    private final Map<String, String> environment;
    private final Path folder;

    /**
     * References as they are resolved here.
     *
     * @param folder that paths begin at
     */
    SecretReferences(Map<String, String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    /** The secrets that the settings below a key refer to, by name. */
    Map<String, String> read(Settings settings, String key) {
        Map<String, String> secrets = new TreeMap<>();
        settings.below(key).forEach((name, reference) -> {
            String place = key + "." + name;
            String secret = resolve(settings, place, reference);
            if (secret.length() < LEAST) {
                throw settings.fault(place, "refers to a secret of fewer than " + LEAST + " characters");
            }
            secrets.put(name, secret);
        });
        return secrets;
    }

    /** What a reference stands for; {@code place} is the setting it is the value of. */
    String resolve(Settings settings, String place, String reference) {
        if (reference.startsWith("env:")) {
            String name = reference.substring("env:".length()).strip();
            settings.notASetting(name);
            String value = environment.get(name);
            if (value == null) {
                throw settings.fault(place, "refers to the variable " + name + ", which is not set");
            }
            return value.strip();
        }
        if (reference.startsWith("file:")) {
            Path file = folder.resolve(reference.substring("file:".length()).strip());
            try {
                return Files.readString(file).strip();
            } catch (IOException _) {
                throw settings.fault(place, "refers to the file " + file + ", which cannot be read");
            }
        }
        throw settings.fault(place, "is no reference; write env:NAME or file:PATH, never the secret itself");
    }
}
