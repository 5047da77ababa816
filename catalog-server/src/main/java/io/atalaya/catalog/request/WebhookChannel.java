package io.atalaya.catalog.request;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.notify.Notifier;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** One address that hears of every transition, signed as pipelines sign what they post. */
public final class WebhookChannel implements Messages.Channel {
    private final Notifier notifier;
    private final URI address;
    private final String secret;

    /**
     * A webhook.
     *
     * @param secret the name of the secret it is signed with
     */
    public WebhookChannel(Notifier notifier, URI address, String secret) {
        this.notifier = notifier;
        this.address = address;
        this.secret = secret;
    }

    @Override
    public void send(UUID id, String target, String body) throws IOException {
        try {
            notifier.post(address, body.getBytes(StandardCharsets.UTF_8), Optional.of(secret));
        } catch (IngestionException refused) {
            throw new IOException(refused.getMessage(), refused);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", e);
        }
    }
}
