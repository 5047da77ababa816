package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the search index on either database. */
abstract class AuditIndexContract {
    @TempDir
    private Path data;

    private MetadataDatabase database;
    private MerkleAuditLog log;
    private AuditIndex index;

    abstract MetadataDatabase open(Path folder);

    @BeforeEach
    void begin() throws IOException {
        database = open(data);
        log = Logs.open(Logs.config(data));
        index = AuditIndex.follow(database.jdbi(), log);
    }

    @AfterEach
    void end() throws IOException {
        index.close();
        log.close();
        database.close();
    }

    private void append(String kind, String principal, String subject) {
        log.append(new AuditEvent(kind, principal, subject, Map.of("note", subject)));
    }

    private List<String> found(AuditSearch search) {
        return index.search(search).records().stream().map(AuditRecord::subject).toList();
    }

    private static AuditSearch search(String principal, String kind, String subject) {
        return new AuditSearch(
                Optional.ofNullable(principal.isEmpty() ? null : principal),
                Optional.ofNullable(kind.isEmpty() ? null : kind),
                Optional.ofNullable(subject.isEmpty() ? null : subject),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                100);
    }

    @Test
    void finds_by_principal_kind_and_subject_newest_first_and_at_once() {
        append("data.read.intent", "ana", "q1");
        append("data.read.outcome", "ana", "q1");
        append("data.reading", "ana", "q2");
        append("sign-in", "bob", "q3");
        assertThat(found(AuditSearch.newest(10))).containsExactly("q3", "q2", "q1", "q1");
        assertThat(found(search("bob", "", ""))).containsExactly("q3");
        assertThat(found(search("", "data.read", ""))).containsExactly("q1", "q1");
        assertThat(found(search("", "data.read.intent", ""))).containsExactly("q1");
        assertThat(found(search("ana", "", "q2"))).containsExactly("q2");
        assertThat(found(search("", "data_read", ""))).isEmpty();
        assertThat(found(search("' OR 1=1 --", "", ""))).isEmpty();
    }

    @Test
    void says_when_what_matches_was_made() {
        assertThat(index.times(AuditSearch.newest(1)).counts()).isEmpty();
        append("data.read.intent", "ana", "q1");
        append("sign-in", "bob", "q2");
        append("data.read.outcome", "ana", "q1");
        AuditTimes all = index.times(AuditSearch.newest(1));
        assertThat(all.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
        assertThat(all.counts()).hasSizeLessThanOrEqualTo(AuditTimes.SPANS);
        assertThat(all.whole()).isTrue();
        Instant first = index.search(search("bob", "", "")).records().getFirst().at();
        AuditTimes one = index.times(search("bob", "", ""));
        assertThat(one.counts()).containsExactly(1L);
        assertThat(first).isBetween(one.from(), one.from().plus(one.span()));
    }

    @Test
    void spans_of_time_are_round_and_not_too_many() {
        long second = 1_000_000;
        assertThat(AuditTimes.span(0, 0)).isEqualTo(second);
        assertThat(AuditTimes.span(0, 59 * second)).isEqualTo(second);
        assertThat(AuditTimes.span(0, 60 * second)).isEqualTo(5 * second);
        assertThat(AuditTimes.span(0, 40L * 86_400 * second)).isEqualTo(86_400 * second);
        assertThat(AuditTimes.span(0, 50L * 366 * 86_400 * second) * AuditTimes.SPANS)
                .isGreaterThan(50L * 366 * 86_400 * second);
    }

    @Test
    void finds_by_what_became_of_it() {
        append("data.read.intent", "ana", "q1");
        append("data.read.denied", "ana", "q2");
        log.append(new AuditEvent("data.read.outcome", "ana", "q3", Map.of("state", "FAILED")));
        log.append(new AuditEvent(
                "data.read.intent", "ana", "q4", Map.of("tables", List.of(Map.of("name", "t", "rows", "x")))));
        assertThat(found(decided(Verdict.DENIED))).containsExactly("q2");
        assertThat(found(decided(Verdict.FAILED))).containsExactly("q3");
        assertThat(found(decided(Verdict.FILTERED))).containsExactly("q4");
        assertThat(found(decided(Verdict.ALLOWED))).containsExactly("q1");
    }

    private static AuditSearch decided(Verdict verdict) {
        return new AuditSearch(
                Optional.of("ana"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(verdict),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                100);
    }

    @Test
    void keeps_views_for_all_that_only_their_owner_changes() {
        AuditViews views = new AuditViews(database.jdbi());
        assertThat(views.keep(new AuditViews.View("denials", "ana", "{}"))).isTrue();
        assertThat(views.keep(new AuditViews.View("denials", "ana", "{\"decision\":\"denied\"}")))
                .isTrue();
        assertThat(views.keep(new AuditViews.View("denials", "bob", "{}"))).isFalse();
        assertThat(views.remove("denials", "bob")).isFalse();
        assertThat(views.list()).containsExactly(new AuditViews.View("denials", "ana", "{\"decision\":\"denied\"}"));
        assertThat(views.remove("denials", "ana")).isTrue();
        assertThat(views.list()).isEmpty();
    }

    @Test
    void finds_by_time() throws IOException {
        append("a", "ana", "q1");
        Instant between = log.read(0).at().plusNanos(1000);
        AuditSearch before = new AuditSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(between),
                OptionalLong.empty(),
                10);
        AuditSearch after = new AuditSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(between),
                Optional.empty(),
                OptionalLong.empty(),
                10);
        assertThat(found(before)).containsExactly("q1");
        assertThat(found(after)).isEmpty();
    }

    @Test
    void pages_through_everything_once_while_the_log_grows() {
        for (int i = 0; i < 25; i++) {
            append("a", "ana", "q" + i);
        }
        List<Long> seen = new ArrayList<>();
        OptionalLong cursor = OptionalLong.empty();
        do {
            AuditPage page = index.search(new AuditSearch(
                    Optional.of("ana"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    cursor,
                    10));
            page.records().forEach(record -> seen.add(record.sequence()));
            append("a", "ana", "late");
            cursor = page.next();
        } while (cursor.isPresent());
        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void takes_up_where_it_left_off_and_can_be_made_again() {
        append("a", "ana", "q1");
        assertThat(found(AuditSearch.newest(10))).hasSize(1);
        index.close();
        append("a", "ana", "q2");
        index = AuditIndex.follow(database.jdbi(), log);
        assertThat(found(AuditSearch.newest(10))).containsExactly("q2", "q1");
        database.jdbi().useHandle(handle -> handle.execute("DELETE FROM audit_entry WHERE sequence = 0"));
        assertThat(found(AuditSearch.newest(10))).containsExactly("q2");
        index.rebuild();
        assertThat(found(AuditSearch.newest(10))).containsExactly("q2", "q1");
    }

    @Test
    void follows_by_itself() throws InterruptedException {
        append("a", "ana", "q1");
        long rows = 0;
        for (int i = 0; i < 200 && rows == 0; i++) {
            Thread.sleep(25);
            rows = database.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT count(*) FROM audit_entry")
                            .mapTo(Long.class)
                            .one());
        }
        assertThat(rows).isEqualTo(1);
    }

    @Test
    void takes_texts_of_any_length_with_any_character() {
        String odd = "\0'\"\ud83d\ude00" + "x".repeat(10_000);
        append("a", odd, odd);
        assertThat(found(search(odd, "", odd))).containsExactly(odd);
    }
}
