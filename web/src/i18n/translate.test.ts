import { describe, expect, it } from "vitest";
import es from "./es.json";
import { formatAgo, formatBytes, formatDuration, translate } from "./translate";

describe("A text", () => {
  it("takes the plural form and the numbers of its language", () => {
    expect(translate("en", "query.rows", { n: 1 })).toBe("1 row");
    expect(translate("en", "query.rows", { n: 12345 })).toBe("12,345 rows");
    expect(translate("es", "query.rows", { n: 1234 })).toBe("1.234 filas");
    expect(translate("es", "query.rows", { n: 1_000_000 })).toBe("1.000.000 filas");
  });

  it("keeps what is put in as it is", () => {
    expect(translate("en", "band.filteredTo", { rows: "a = '{n}' AND b = '$1'" })).toBe("filtered to a = '{n}' AND b = '$1'");
  });

  it("says usted in every Spanish sentence", () => {
    const texts = Object.values(es).flatMap((message) => (typeof message === "string" ? [message] : Object.values(message)));
    expect(texts.filter((text) => /(?<![\p{L}])(tus?|te|ti|contigo|tuy[oa]s?|has|eres|tienes|quieres|pued[ea]s|di|dale|elige|decid[ae]s|aprueb[ae]s|vigil[ae]s|env[ií][ae]s|pediste)(?![\p{L}])/iu.test(text))).toEqual([]);
  });
});

describe("Quantities", () => {
  it("are written in the unit that fits", () => {
    expect(formatBytes("en", 999)).toBe("999 B");
    expect(formatBytes("es", 1_843_200)).toBe("1,8 MB");
    expect(formatDuration("en", 43.4)).toBe("43 ms");
    expect(formatDuration("es", 1_240)).toBe("1,2 s");
    expect(formatDuration("en", 125_000)).toBe("2 min 5 s");
    expect(formatDuration("en", 3_600_000)).toBe("1 h");
    expect(formatDuration("en", 90 * 60_000)).toBe("1 h 30 min");
    expect(formatDuration("es", 7 * 86_400_000)).toBe("7 días");
  });

  it("of time are told from now", () => {
    expect(formatAgo("en", 0, 3_600_000 * 5)).toBe("5 hours ago");
    expect(formatAgo("es", 0, 86_400_000)).toBe("ayer");
    expect(formatAgo("en", 5_000, 0)).toBe("now");
  });
});
