package io.atalaya.catalog.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From each state only the states that the walk has next can be reached. */
class RequestStateTest {
    private static final Set<RequestState> ENDS = EnumSet.of(
            RequestState.EXPIRED,
            RequestState.REVOKED,
            RequestState.REJECTED,
            RequestState.WITHDRAWN,
            RequestState.FAILED);

    @ParameterizedTest
    @EnumSource(RequestState.class)
    void refuses_every_other_step(RequestState from) {
        for (RequestState to : RequestState.values()) {
            if (from.next().contains(to)) {
                assertThat(from.to(to)).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> from.to(to))
                        .as(from + " to " + to)
                        .isInstanceOf(RequestRefusal.IllegalTransition.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(RequestState.class)
    void ends_where_nothing_comes_next(RequestState state) {
        assertThat(state.next().isEmpty()).isEqualTo(ENDS.contains(state));
    }

    @ParameterizedTest
    @EnumSource(RequestState.class)
    void grants_only_what_was_reviewed(RequestState state) {
        assertThat(state.next().contains(RequestState.PROVISIONING)).isEqualTo(state == RequestState.IN_REVIEW);
        assertThat(state.next().contains(RequestState.ACTIVE)).isEqualTo(state == RequestState.PROVISIONING);
    }
}
