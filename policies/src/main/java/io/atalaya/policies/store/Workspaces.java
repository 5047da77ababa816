package io.atalaya.policies.store;

import io.atalaya.policies.code.PolicySet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** What is remembered of each workspace since it was applied: its files, its policies as they were, what it waits for. */
public final class Workspaces {
    private final Handle handle;

    /** As that handle sees them. */
    public Workspaces(Handle handle) {
        this.handle = handle;
    }

    /** One policy as it was applied. */
    public record Applied(String kind, String item, String subject, String content) {}

    /** The policies of a workspace as they were applied, by kind and key. */
    public Map<String, Applied> applied(String workspace) {
        Map<String, Applied> applied = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT kind, item, subject, content FROM policy_applied
                        WHERE workspace = :workspace ORDER BY kind, item
                        """)
                .bind("workspace", workspace)
                .map((row, _) -> new Applied(
                        row.getString("kind"),
                        row.getString("item"),
                        row.getString("subject"),
                        row.getString("content")))
                .forEach(one -> applied.put(one.kind() + " " + one.item(), one));
        return applied;
    }

    /** Remembers a workspace as it is applied now. */
    public void remember(PolicySet set, List<PolicyItem> items, Naming names, Collection<String> pending) {
        String workspace = set.workspace();
        for (String table : List.of("policy_file", "policy_applied", "policy_pending")) {
            handle.createUpdate("DELETE FROM <table> WHERE workspace = :workspace")
                    .define("table", table)
                    .bind("workspace", workspace)
                    .execute();
        }
        for (var file : set.files()) {
            handle.execute(
                    "INSERT INTO policy_file (workspace, file, content) VALUES (?, ?, ?)",
                    workspace,
                    file.file(),
                    file.text());
        }
        for (PolicyItem item : items) {
            handle.execute(
                    "INSERT INTO policy_applied (workspace, kind, item, subject, content) VALUES (?, ?, ?, ?, ?)",
                    workspace,
                    item.kind(),
                    item.key(),
                    item.subject(names).toString(),
                    item.content());
        }
        for (String name : new TreeSet<>(pending)) {
            handle.execute("INSERT INTO policy_pending (workspace, name) VALUES (?, ?)", workspace, name);
        }
    }

    /** What a workspace waits for. */
    public Set<String> pending(String workspace) {
        return Set.copyOf(handle.createQuery("SELECT name FROM policy_pending WHERE workspace = :workspace")
                .bind("workspace", workspace)
                .mapTo(String.class)
                .list());
    }

    /** The names of the workspaces that wait for something. */
    public List<String> waiting() {
        return handle.createQuery("SELECT DISTINCT workspace FROM policy_pending ORDER BY workspace")
                .mapTo(String.class)
                .list();
    }

    /** What workspaces wait for, by the name of the workspace. */
    public Map<String, Set<String>> pending() {
        Map<String, Set<String>> pending = new TreeMap<>();
        handle.createQuery("SELECT workspace, name FROM policy_pending")
                .map((row, _) -> Map.entry(row.getString("workspace"), row.getString("name")))
                .forEach(one -> pending.computeIfAbsent(one.getKey(), _ -> new TreeSet<>())
                        .add(one.getValue()));
        return pending;
    }

    /** The names of the workspaces that were applied. */
    public List<String> names() {
        return handle.createQuery("SELECT DISTINCT workspace FROM policy_file ORDER BY workspace")
                .mapTo(String.class)
                .list();
    }

    /** The files of a workspace as they were applied, text by name. */
    public Map<String, String> files(String workspace) {
        Map<String, String> files = new LinkedHashMap<>();
        handle.createQuery("SELECT file, content FROM policy_file WHERE workspace = :workspace ORDER BY file")
                .bind("workspace", workspace)
                .map((row, _) -> Map.entry(row.getString("file"), row.getString("content")))
                .forEach(file -> files.put(file.getKey(), file.getValue()));
        return files;
    }
}
