package io.atalaya.ingestion.notify;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a webhook may be. */
public final class WebhookAddress {
    private WebhookAddress() {}

    /**
     * The address in a text.
     *
     * @throws IllegalArgumentException unless it is an absolute http or https address without user and password
     */
    public static URI parse(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((!scheme.equals("http") && !scheme.equals("https")) || uri.getHost() == null) {
                throw new IllegalArgumentException("'" + text + "' is no http or https address");
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException("a webhook's address holds no user or password; use 'secret'");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no address", e);
        }
    }
}
