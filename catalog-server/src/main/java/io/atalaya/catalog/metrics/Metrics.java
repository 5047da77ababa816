package io.atalaya.catalog.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/** What Prometheus is told: numbers, never names of data or people. */
public final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** With the numbers of the Java machine. */
    public Metrics() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** An HTTP request was answered; {@code route} is the pattern, not the path. */
    public void answered(String method, String route, int status, Duration took) {
        Timer.builder("atalaya.http.requests")
                .description("HTTP requests by route and status")
                .tag("method", method)
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(took);
    }

    /** A query or a pipeline's run is over; {@code kind} says which. */
    public void ended(String kind, String state) {
        Counter.builder("atalaya.outcomes")
                .description("Queries and runs by final state")
                .tag("kind", kind)
                .tag("state", state)
                .register(registry)
                .increment();
    }

    /** A record was put into the audit log. */
    public void audited(String kind) {
        counter("atalaya.audit.appends", "Audit records by kind", "kind", kind).increment();
    }

    /** Somebody could not prove who they are. */
    public void signInFailed(String surface) {
        counter("atalaya.authentication.failures", "Failed authentications by surface", "surface", surface)
                .increment();
    }

    /** A number that is looked up whenever it is asked for. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    private Counter counter(String name, String description, String tag, String value) {
        return Counter.builder(name).description(description).tag(tag, value).register(registry);
    }
}
