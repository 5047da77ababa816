package io.atalaya.policies.code;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The policies of the service as workspaces: one for each that was applied, and one for what was made by hand.
 *
 * @param workspaces in the order in which an empty service takes them
 * @param fromRequests how many policies access requests made; they are not among the files
 * @param fromBrokenGlass how many grants broken glass made; they are not among the files
 * @param passedOn how many grants people passed on; they are not among the files
 * @param leftOut what cannot be written with names, and why, for people
 */
public record PolicyExport(
        List<Folder> workspaces, long fromRequests, long fromBrokenGlass, long passedOn, List<String> leftOut) {
    public PolicyExport {
        workspaces = List.copyOf(workspaces);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * One workspace.
     *
     * @param needs names of the others that define what it speaks of
     * @param files text by path, such as {@code policies/policies.yaml}
     */
    public record Folder(String name, List<String> needs, SortedMap<String, String> files) {
        public Folder {
            needs = List.copyOf(needs);
            files = new TreeMap<>(files);
        }
    }

    /** What to know of the folders, in Markdown. */
    public String readme() {
        StringBuilder text = new StringBuilder("""
                # Policies, as exported

                Each folder is a workspace. `atalaya plan` of one against the service it came from has nothing to do. An empty
                service takes them in this order:

                """);
        for (Folder folder : workspaces) {
            text.append("1. `").append(folder.name()).append('`');
            if (!folder.needs().isEmpty()) {
                text.append(", which speaks of what is in `")
                        .append(String.join("`, `", folder.needs()))
                        .append('`');
            }
            text.append('\n');
        }
        text.append(
                "\nNot here, since they are no code but end by themselves, or with what they hang on, and are renewed by people:\n\n");
        text.append("- policies that access requests made: ")
                .append(fromRequests)
                .append('\n');
        text.append("- grants that broken glass made: ").append(fromBrokenGlass).append('\n');
        text.append("- grants that people passed on: ").append(passedOn).append('\n');
        if (!leftOut.isEmpty()) {
            text.append("\nNot here, since there is no name for it:\n\n");
            leftOut.forEach(
                    one -> text.append("- ").append(one.replaceAll("\\R", " ")).append('\n'));
        }
        return text.toString();
    }
}
