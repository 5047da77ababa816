package io.atalaya.query.workgroup;

import java.util.Map;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The tags of workgroups as stored. */
public interface WorkgroupTagStore {
    @SqlQuery("SELECT name, value FROM workgroup_tag WHERE workgroup = :workgroup ORDER BY name")
    @KeyColumn("name")
    @ValueColumn("value")
    Map<String, String> of(@Bind("workgroup") String workgroup);

    @SqlUpdate("""
            INSERT INTO workgroup_tag (workgroup, name, value)
            VALUES (:workgroup, :name, :value)
            ON CONFLICT (workgroup, name) DO UPDATE SET value = excluded.value
            """)
    void set(@Bind("workgroup") String workgroup, @Bind("name") String name, @Bind("value") String value);

    @SqlUpdate("DELETE FROM workgroup_tag WHERE workgroup = :workgroup AND name = :name")
    void remove(@Bind("workgroup") String workgroup, @Bind("name") String name);

    @SqlUpdate("DELETE FROM workgroup_tag WHERE workgroup = :workgroup")
    void removeAll(@Bind("workgroup") String workgroup);
}
