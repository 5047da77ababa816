package io.atalaya.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a person waits for a point query through HTTP, and how much of it the engine takes, on the complaints example:
 * {@code benchmarks/run PointQuery [requests]}. Each request is one statement with a text of its own, answered in one
 * round trip: authenticated, decided, on record and stored. The service has answered some thousands before, as one that
 * has run for a while.
 */
public final class PointQuery {
    private static final int WARM_UP = 2000;

    private PointQuery() {}

    public static void main(String[] arguments) throws IOException {
        int requests = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        Path data = Files.createDirectory(
                Files.createTempDirectory("atalaya-point-").resolve("data"));
        try (ServiceProcess service = ServiceProcess.start(data)) {
            for (String user : new String[] {"de", "analyst", "ds"}) {
                Client client = service.as(user);
                measure(client, WARM_UP);
                long[][] micros = measure(client, requests);
                System.out.printf(
                        "%-8s whole p50 %.1f ms, p99 %.1f ms; in the engine p50 %d ms; so overhead p50 about %.1f ms%n",
                        user,
                        at(micros[0], 50) / 1000.0,
                        at(micros[0], 99) / 1000.0,
                        at(micros[1], 50) / 1000,
                        (at(micros[0], 50) - at(micros[1], 50)) / 1000.0);
            }
        }
    }

    /** Microseconds of the whole, microseconds in the engine. */
    private static long[][] measure(Client client, int requests) throws IOException {
        long[][] micros = new long[2][requests];
        for (int i = 0; i < requests; i++) {
            String sql =
                    "SELECT product, month, complaints FROM complaints_consumption.complaints_by_product_month_state"
                            + " WHERE product = 'Mortgage' AND state = 'CA' AND complaints > " + i % 50 + " LIMIT 1";
            long from = System.nanoTime();
            Client.Answer answer = client.query(sql);
            micros[0][i] = (System.nanoTime() - from) / 1000;
            if (!answer.body().path("state").asText().equals("SUCCEEDED")) {
                throw new IllegalStateException(answer.body().toString());
            }
            micros[1][i] = answer.body().path("statistics").path("engineMs").asLong() * 1000;
        }
        return micros;
    }

    private static long at(long[] values, int percentile) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percentile / 100)];
    }
}
