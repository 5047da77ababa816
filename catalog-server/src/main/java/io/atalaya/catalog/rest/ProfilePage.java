package io.atalaya.catalog.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A profile as one file that needs nothing else: no script, no picture, no font. */
final class ProfilePage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);
    private static final String STYLE = """
            body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1f22;background:#fbf9f5}
            h1{font-size:1.4rem}h2{font-size:1rem;margin:0}section{border-top:1px solid #e3ded3;padding:.8rem 0;display:grid;grid-template-columns:16rem 1fr;gap:0 2rem}
            code,td{font-family:ui-monospace,monospace;font-size:12px}td{padding:0 .8rem 0 0;vertical-align:top;overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap}
            svg{display:block;width:100%;height:56px;fill:#0b5866}.soft{color:#545b60}.ends{display:flex;justify-content:space-between}
            @media(max-width:40rem){section{grid-template-columns:1fr}}
            """;

    private ProfilePage() {}

    static String of(ProfileRoutes.Profile profile) {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(text(profile.database() + "." + profile.name()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>")
                .append(text(profile.database() + "." + profile.name()))
                .append("</h1><p class=\"soft\">");
        if (profile.profiledAt().isEmpty()) {
            return html.append("No profile was made of it, or none of columns that you see as they are.</p></html>\n")
                    .toString();
        }
        html.append(number(profile.columns().getFirst().path("rows")))
                .append(" rows, looked at ")
                .append(TIME.format(profile.profiledAt().get()))
                .append(" in snapshot ")
                .append(text(profile.snapshotId().orElse("")))
                .append(". Only columns that are shown as they are in every row. Distinct values are approximate.</p>");
        profile.columns().forEach(column -> column(html, column));
        return html.append("</html>\n").toString();
    }

    private static void column(StringBuilder html, JsonNode column) {
        html.append("<section><div><h2>")
                .append(text(column.path("name").asText()))
                .append("</h2><code class=\"soft\">")
                .append(text(column.path("type").asText()))
                .append("</code><table>");
        long rows = column.path("rows").asLong();
        long nulls = column.path("nulls").asLong();
        row(html, "missing", "%,d (%s)".formatted(nulls, share(nulls, rows)));
        if (column.has("distinct")) {
            row(html, "distinct", number(column.path("distinct")));
        }
        for (String key : new String[] {"min", "max", "mean", "deviation", "meanLength", "maxLength"}) {
            if (column.has(key)) {
                row(html, key, column.path(key).asText());
            }
        }
        column.path("quantiles")
                .forEach(quantile -> row(
                        html,
                        "quantile " + quantile.path("share").asText(),
                        quantile.path("value").asText()));
        html.append("</table></div><div>");
        if (column.has("histogram")) {
            histogram(html, column.path("histogram"));
        }
        if (!column.path("top").isEmpty()) {
            html.append("<table>");
            column.path("top")
                    .forEach(top -> html.append("<tr><td class=\"n\">")
                            .append(number(top.path("rows")))
                            .append("<td class=\"n soft\">")
                            .append(share(top.path("rows").asLong(), rows))
                            .append("<td>")
                            .append(text(top.path("value").asText())));
            html.append("</table>");
        }
        html.append("</div></section>");
    }

    private static void histogram(StringBuilder html, JsonNode histogram) {
        JsonNode counts = histogram.path("counts");
        long most = 1;
        for (JsonNode count : counts) {
            most = Math.max(most, count.asLong());
        }
        html.append("<svg viewBox=\"0 0 %d 56\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"histogram\">"
                .formatted(counts.size() * 10));
        for (int i = 0; i < counts.size(); i++) {
            double height = 56.0 * counts.path(i).asLong() / most;
            html.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%.2f\" width=\"9\" height=\"%.2f\"><title>%,d</title></rect>",
                    i * 10,
                    56 - height,
                    height,
                    counts.path(i).asLong()));
        }
        html.append("</svg><div class=\"ends soft\"><code>")
                .append(text(histogram.path("from").asText()))
                .append("</code><code>")
                .append(text(histogram.path("to").asText()))
                .append("</code></div>");
    }

    private static void row(StringBuilder html, String key, String value) {
        html.append("<tr><td class=\"soft\">").append(text(key)).append("<td>").append(text(value));
    }

    private static String number(JsonNode value) {
        return "%,d".formatted(value.asLong());
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "–" : String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
    }

    private static String text(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
