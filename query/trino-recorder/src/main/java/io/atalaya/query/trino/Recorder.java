package io.atalaya.query.trino;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down beside each corpus what Trino answers to its statements. */
public final class Recorder {
    /** Trino takes the standard output for its log. */
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);

    private static final int GENERATED = 800;

    private final Path folder;
    private final boolean all;

    private Recorder(Path folder, boolean all) {
        this.folder = folder;
        this.all = all;
    }

    /**
     * Records.
     *
     * @param arguments the folder of the corpora, {@code --all} to ask again what is recorded, {@code --generate} to write the generated
     *     statements anew, {@code --serve} to keep a
     *     Trino for others, {@code --tpch} or {@code --tpcds} and a schema of its data, names of corpora; all of them if none is named
     */
    public static void main(String[] arguments) {
        try {
            run(arguments);
            System.exit(0);
        } catch (Exception failed) {
            failed.printStackTrace(OUT);
            System.exit(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        List<String> rest = new ArrayList<>(List.of(arguments));
        boolean all = rest.remove("--all");
        boolean generate = rest.remove("--generate");
        boolean serve = rest.remove("--serve");
        Path folder = Path.of(rest.removeFirst());
        if (generate) {
            Grammar.write(folder.resolve("generated.sql"), GENERATED);
        }
        String known = System.getenv("ATALAYA_TRINO");
        if (known != null) {
            new Recorder(folder, all).take(URI.create(known), rest);
            return;
        }
        try (TrinoServer server = new TrinoServer()) {
            if (serve) {
                OUT.println("ATALAYA_TRINO=" + server.uri());
                Thread.currentThread().join();
            }
            new Recorder(folder, all).take(server.uri(), rest);
        }
    }

    private void take(URI server, List<String> names) throws Exception {
        switch (names.isEmpty() ? "" : names.getFirst()) {
            case "--tpch" -> new Benchmark("tpch", names.get(1), all, OUT).record(server, folder);
            case "--tpcds" -> new Benchmark("tpcds", names.get(1), all, OUT).record(server, folder);
            default -> record(server, names);
        }
    }

    private void record(URI server, List<String> names) throws Exception {
        Map<Path, List<String>> wanted = new LinkedHashMap<>();
        for (Corpus corpus : Corpus.all(folder)) {
            if (!names.isEmpty() && !names.contains(corpus.name())) {
                continue;
            }
            Map<String, Answer> answers = Answer.read(corpus.answers());
            List<String> missing = new ArrayList<>();
            for (Corpus.Case one : corpus.cases()) {
                if (all || !answers.containsKey(one.sql())) {
                    missing.add(one.sql());
                }
            }
            wanted.put(corpus.answers(), missing);
        }
        String schema = "recording_" + ProcessHandle.current().pid();
        TrinoClient client = new TrinoClient(server, "memory", schema);
        must(client, "CREATE SCHEMA memory." + schema);
        for (SharedTable table : SharedTable.all(folder.resolve("tables"))) {
            must(client, table.inTrino());
        }
        for (Corpus corpus : Corpus.all(folder)) {
            if (!wanted.containsKey(corpus.answers())) {
                continue;
            }
            long began = System.nanoTime();
            Map<String, Answer> before = Answer.read(corpus.answers());
            Map<String, Answer> after = new LinkedHashMap<>();
            List<String> missing = wanted.get(corpus.answers());
            for (Corpus.Case one : corpus.cases()) {
                Answer answer = missing.contains(one.sql()) ? client.ask(one.sql()) : before.get(one.sql());
                if (after.size() % 50 == 49) {
                    Answer.write(corpus.answers(), after);
                }
                after.put(one.sql(), answer.error() == null ? answer : answer.saying(schema, "shop"));
            }
            Answer.write(corpus.answers(), after);
            OUT.printf(
                    "%s: %d statements, %d asked in %d s%n",
                    corpus.name(), after.size(), missing.size(), (System.nanoTime() - began) / 1_000_000_000);
        }
        for (SharedTable table : SharedTable.all(folder.resolve("tables"))) {
            must(client, "DROP TABLE " + table.name());
        }
        must(client, "DROP SCHEMA memory." + schema);
    }

    static void must(TrinoClient client, String sql) throws Exception {
        Answer answer = client.ask(sql);
        if (answer.error() != null) {
            throw new IllegalStateException(answer.error() + "\n" + sql);
        }
    }
}
