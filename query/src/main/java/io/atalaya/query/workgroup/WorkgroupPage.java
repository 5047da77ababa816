package io.atalaya.query.workgroup;

import java.util.List;
import java.util.Optional;

/** Part of the list of workgroups, in name order. */
public record WorkgroupPage(List<Workgroup> workgroups, Optional<String> nextToken) {
    public WorkgroupPage {
        workgroups = List.copyOf(workgroups);
    }
}
