package io.atalaya.catalog.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.atalaya.catalog.config.MailConfig;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Mail reaches a real SMTP server, and says where to look and no more. */
class MailChannelIT {
    private static final UUID ID = new UUID(1, 2);
    private static final String BODY =
            "{\"request\":\"7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44\",\"number\":2,\"at\":\"2026-11-21T10:00:00Z\",\"event\":\"changes-requested\"}";

    private static MailChannel channel(int port) {
        return new MailChannel(new MailConfig(
                "127.0.0.1", port, "atalaya@shop.example", "", "", false, "https://atalaya.shop.example"));
    }

    @Test
    void names_the_event_and_the_request() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            channel(server.getSmtp().getPort()).send(ID, "ana@shop.example", BODY);

            MimeMessage received = server.getReceivedMessages()[0];
            assertThat(received.getSubject()).isEqualTo("Atalaya: access request changes requested");
            assertThat(received.getAllRecipients()[0]).hasToString("ana@shop.example");
            assertThat(received.getMessageID()).isEqualTo("<" + ID + "@atalaya>");
            assertThat(received.getContent().toString())
                    .contains("https://atalaya.shop.example/requests/7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44");
        } finally {
            server.stop();
        }
    }

    @Test
    void what_a_pipeline_says_is_in_it() throws Exception {
        GreenMail server = new GreenMail(ServerSetup.SMTP.dynamicPort());
        server.start();
        try {
            channel(server.getSmtp().getPort())
                    .send(
                            ID,
                            "ana@shop.example",
                            "{\"run\":\"7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44\",\"number\":2,\"event\":\"failed\",\"message\":\"orders: look at it\"}");
            MimeMessage received = server.getReceivedMessages()[0];
            assertThat(received.getSubject()).isEqualTo("Atalaya: pipeline run failed");
            assertThat(received.getContent().toString())
                    .contains("orders: look at it", "/runs/7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_mention_says_neither_where_nor_by_whom() throws Exception {
        GreenMail server = new GreenMail(ServerSetup.SMTP.dynamicPort());
        server.start();
        try {
            channel(server.getSmtp().getPort())
                    .send(
                            ID,
                            "ana@shop.example",
                            "{\"dataset\":\"7d0f0003-6c1a-4a52-9d5e-1f6a0c2b8e44\",\"number\":2,\"event\":\"mentioned\"}");
            MimeMessage received = server.getReceivedMessages()[0];
            assertThat(received.getSubject()).isEqualTo("Atalaya: you were mentioned");
            assertThat(received.getContent().toString())
                    .contains("You were mentioned where a dataset is discussed.", "shop.example/notifications")
                    .doesNotContain("7d0f0003");
        } finally {
            server.stop();
        }
    }

    @Test
    void says_so_when_nobody_takes_it() throws IOException {
        int free;
        try (var socket = new java.net.ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> channel(free).send(ID, "ana@shop.example", BODY))
                .isInstanceOf(IOException.class);
    }
}
