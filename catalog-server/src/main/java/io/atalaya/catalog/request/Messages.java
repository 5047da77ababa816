package io.atalaya.catalog.request;

import java.util.Map;
import java.util.UUID;

/**
 * The ways out of the service that are configured.
 *
 * @param channels {@code mail} and {@code webhook}, those there are
 */
public record Messages(Map<String, Channel> channels) {
    /** None. */
    public static final Messages NONE = new Messages(Map.of());

    public Messages {
        channels = Map.copyOf(channels);
    }

    /** One way. */
    @FunctionalInterface
    public interface Channel {
        /**
         * Sends a message.
         *
         * @param id the same if it is sent again
         * @param target whom to; empty where the channel has but one
         * @param body JSON: request or review, number, at, event
         */
        void send(UUID id, String target, String body) throws java.io.IOException;
    }
}
