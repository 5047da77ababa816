package io.atalaya.catalog.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Passwords from whoever types them: never from the command line, where others can see them. */
final class Passwords {
    private Passwords() {}

    /** Asks without showing what is typed; without a terminal, the first line of the standard input. */
    @SuppressWarnings("SystemConsoleNull") // it does where the standard input is no terminal
    static String ask(String user) throws IOException {
        var terminal = System.console();
        if (terminal != null && terminal.isTerminal()) {
            char[] first = terminal.readPassword("Password of %s: ", user);
            char[] second = terminal.readPassword("Once more: ");
            if (!java.util.Arrays.equals(first, second)) {
                throw new CommandException("The passwords differ; nothing was changed");
            }
            return new String(first);
        }
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new CommandException("No password on the standard input");
        }
        return line;
    }
}
