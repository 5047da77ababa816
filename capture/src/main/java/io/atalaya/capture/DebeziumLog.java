package io.atalaya.capture;

import io.atalaya.ingestion.capture.ChangeLog;

/** Reads the logs of PostgreSQL and MariaDB by Debezium's engine. */
public final class DebeziumLog implements ChangeLog {
    /** Made by whoever looks for what reads logs. */
    public DebeziumLog() {}

    @Override
    public boolean takes(String url) {
        return Server.isKnown(url);
    }

    @Override
    public Following follow(Request request) throws InterruptedException {
        return DebeziumFollowing.begin(request, Server.of(request));
    }

    @Override
    public void forget(Request request) {
        Server.of(request).forget();
    }
}
