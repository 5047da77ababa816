package io.atalaya.catalog.request;

import io.atalaya.catalog.config.MailConfig;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Mail by SMTP. A message says that something happened to a request or review and where to look, or what a pipeline says of
 * its run; what it is about, and of which data, stays in the service.
 */
public final class MailChannel implements Messages.Channel {
    private static final String PATIENCE_MILLIS = "10000";

    private final MailConfig config;
    private final Session session;

    public MailChannel(MailConfig config) {
        this.config = config;
        Properties properties = new Properties();
        properties.put("mail.smtp.host", config.host());
        properties.put("mail.smtp.port", Integer.toString(config.port()));
        properties.put("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.timeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.writetimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.auth", Boolean.toString(!config.user().isEmpty()));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(config.startTls()));
        properties.put("mail.smtp.starttls.required", Boolean.toString(config.startTls()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        session = Session.getInstance(properties, new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return config.user().isEmpty() ? null : new PasswordAuthentication(config.user(), config.password());
            }
        });
    }

    @Override
    public void send(UUID id, String target, String body) throws IOException {
        try {
            var told = RequestJson.details(body);
            String event = String.valueOf(told.get("event")).replace('-', ' ');
            Subject subject = Subject.of(told);
            MimeMessage message = new MimeMessage(session) {
                @Override
                protected void updateMessageID() throws MessagingException {
                    setHeader("Message-ID", "<" + id + "@atalaya>");
                }
            };
            message.setFrom(new InternetAddress(config.from(), true));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(target, true));
            message.setSubject("Atalaya: " + subject.what() + " " + event, StandardCharsets.UTF_8.name());
            message.setText(
                    says(told, subject, event) + "\n\n" + config.address() + subject.place() + "\n",
                    StandardCharsets.UTF_8.name());
            Transport.send(message);
        } catch (MessagingException e) {
            throw new IOException("mail to " + config.host() + " was not taken", e);
        }
    }

    private static String says(Map<String, Object> told, Subject subject, String event) {
        if (told.containsKey("pipeline")) {
            return subject.what() + " was to have succeeded by " + told.get("at") + ", and has not.";
        }
        if (told.containsKey("dataset")) {
            return "You were " + event + " where a dataset is discussed.";
        }
        return told.containsKey("message")
                ? String.valueOf(told.get("message"))
                : "Something happened to an " + subject.what() + " that concerns you: " + event + ".";
    }

    /** What a message is about, and where it is shown. */
    private record Subject(String what, String place) {
        static Subject of(Map<String, Object> told) {
            if (told.containsKey("run")) {
                return new Subject("pipeline run", "/runs/" + told.get("run"));
            }
            if (told.containsKey("pipeline")) {
                return new Subject("pipeline " + told.get("message"), "/pipelines?pipeline=" + told.get("message"));
            }
            if (told.containsKey("dataset")) {
                return new Subject("you were", "/notifications");
            }
            return told.containsKey("review")
                    ? new Subject("access review", "/reviews/" + told.get("review"))
                    : new Subject("access request", "/requests/" + told.get("request"));
        }
    }
}
