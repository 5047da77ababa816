package io.atalaya.catalog.config;

import java.util.Optional;

/**
 * Where mail leaves the service.
 *
 * @param from the sender's address
 * @param user empty without authentication
 * @param startTls whether the connection must be encrypted before anything is said
 * @param address where people reach the console, without a slash at its end
 */
public record MailConfig(
        String host, int port, String from, String user, String password, boolean startTls, String address) {
    /** Without the password. */
    @Override
    public String toString() {
        return "MailConfig[" + host + ":" + port + ", from=" + from + ", startTls=" + startTls + "]";
    }

    static Optional<MailConfig> read(Settings settings) {
        Optional<String> host = settings.text("mail.host");
        int port = settings.integer("mail.port", 587, 1, 65_535);
        Optional<String> from = settings.text("mail.from");
        String user = settings.text("mail.user").orElse("");
        String password = settings.text("mail.password").orElse("");
        boolean startTls = settings.truth("mail.starttls", true);
        String address =
                settings.text("address").orElse("http://127.0.0.1:8080").replaceAll("/+$", "");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MailConfig(
                host.get(),
                port,
                from.orElseGet(() -> settings.required("mail.from", "every mail has a sender")),
                user,
                password,
                startTls,
                address));
    }
}
