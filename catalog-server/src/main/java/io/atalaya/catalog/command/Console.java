package io.atalaya.catalog.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** What a command says to whoever called it. */
public final class Console {
    private static final PrintWriter OUT = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private static final PrintWriter ERR = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    private Console() {}

    /** A line of the answer. */
    public static void line(String text) {
        OUT.println(text);
    }

    /** A line about what is going on, or went wrong. */
    public static void note(String text) {
        ERR.println(text);
    }
}
