package io.atalaya.catalog.config;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of access requests.
 *
 * @param steward the profile that approves what is sensitive
 * @param security the profile that approves what is in the raw zone
 * @param sensitive tags, as {@code pii=high}, that make a column sensitive
 * @param purposes what data may be asked for; any text if empty
 * @param longest how long access may last
 * @param longestSensitive how long access to sensitive columns may last
 * @param deadline after which administrators may decide a step too
 * @param auto what needs no approver
 * @param webhook what is told of every transition
 */
public record RequestConfig(
        String steward,
        String security,
        Set<String> sensitive,
        Set<String> purposes,
        Duration longest,
        Duration longestSensitive,
        Duration deadline,
        Budget auto,
        Optional<Webhook> webhook) {
    public RequestConfig {
        sensitive = Set.copyOf(sensitive);
        purposes = Set.copyOf(purposes);
    }

    /**
     * What is approved without anybody: only datasets outside the raw zone that the requester knows of, and no sensitive
     * column.
     *
     * @param columns how many columns a person is given in a window; 0 for none
     * @param longest how long such access lasts at most
     */
    public record Budget(int columns, Duration longest, Duration window) {}

    /** Where to post to; {@code secret} is the name of a secret of {@code webhooks.secrets}. */
    public record Webhook(String url, String secret) {}

    static RequestConfig read(Settings settings) {
        Optional<String> url = settings.text("requests.webhook.url");
        Optional<String> secret = settings.text("requests.webhook.secret");
        if (url.isPresent() && secret.isEmpty()) {
            throw new ConfigException("requests.webhook.secret", "", "is missing; every message is signed");
        }
        return new RequestConfig(
                settings.text("requests.steward").orElse("steward"),
                settings.text("requests.security").orElse("administrator"),
                settings.words("requests.sensitive", Set.of("pii=high")),
                settings.words("requests.purposes", Set.of()),
                settings.duration("requests.longest.any", Duration.ofDays(365)),
                settings.duration("requests.longest.sensitive", Duration.ofDays(30)),
                settings.duration("requests.deadline", Duration.ofDays(3)),
                new Budget(
                        settings.integer("requests.auto.columns", 0, 0, 10_000),
                        settings.duration("requests.auto.longest", Duration.ofDays(7)),
                        settings.duration("requests.auto.window", Duration.ofDays(30))),
                url.map(address -> new Webhook(address, secret.orElseThrow())));
    }
}
