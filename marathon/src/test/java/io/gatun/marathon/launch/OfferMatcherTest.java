package io.gatun.marathon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppSpec;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OfferMatcherTest {
    private final OfferMatcher matcher = new OfferMatcher("*", 100, new Random(1));

    private static AppSpec app(String id, double cpus, String more) {
        return Samples.app("{'id':'" + id + "','cmd':'x','mem':10,'cpus':" + cpus + more + "}");
    }

    private List<OfferMatcher.Match> match(Offer offer, OfferMatcher.Waiting... waiting) {
        return matcher.match(offer, List.of(waiting));
    }

    @Test
    void shouldPackExactlyWhatFitsInThousandths() {
        List<OfferMatcher.Match> matches =
                match(Samples.offer(1, 1_000, 1, 99), new OfferMatcher.Waiting(app("/x", 0.1, ",'ports':[]"), 50));
        assertThat(matches).hasSize(10);
    }

    @Test
    void shouldGiveEachAppItsTurn() {
        List<OfferMatcher.Match> matches = match(
                Samples.offer(1, 1_000, 1, 99),
                new OfferMatcher.Waiting(app("/big", 0.2, ""), 50),
                new OfferMatcher.Waiting(app("/small", 0.2, ""), 2));
        assertThat(matches)
                .extracting(match -> match.app().id().path())
                .containsExactly("/big", "/small", "/big", "/small", "/big");
    }

    @Test
    void shouldGiveEveryInstanceAPortOfItsOwn() {
        List<OfferMatcher.Match> matches =
                match(Samples.offer(9, 1_000, 31_000, 31_004), new OfferMatcher.Waiting(app("/x", 0.1, ""), 9));
        assertThat(matches).hasSize(5);
        assertThat(matches)
                .flatExtracting(OfferMatcher.Match::hostPorts)
                .containsExactlyInAnyOrder(31_000, 31_001, 31_002, 31_003, 31_004);
    }

    @Test
    void shouldTakeTheRequiredPortOrNothing() {
        AppSpec app = app("/x", 0.1, ",'requirePorts':true,'ports':[8080]");
        assertThat(match(Samples.offer(9, 1_000, 31_000, 31_004), new OfferMatcher.Waiting(app, 1)))
                .isEmpty();
        assertThat(match(Samples.offer(9, 1_000, 8_000, 9_000), new OfferMatcher.Waiting(app, 2)))
                .singleElement()
                .satisfies(match -> assertThat(match.hostPorts()).containsExactly(8080));
    }

    @Test
    void shouldLetAnotherAppHaveWhatOneCannotUse() {
        assertThat(match(
                        Samples.offer(1, 1_000, 1, 99),
                        new OfferMatcher.Waiting(app("/huge", 4, ""), 1),
                        new OfferMatcher.Waiting(app("/tiny", 0.5, ""), 1)))
                .extracting(match -> match.app().id().path())
                .containsExactly("/tiny");
    }

    @Test
    void shouldUseReservedResourcesFirstAndOnlyOfAcceptedRoles() {
        Resource.ReservationInfo reservation = Resource.ReservationInfo.newBuilder()
                .setType(Resource.ReservationInfo.Type.STATIC)
                .setRole("prod")
                .build();
        Offer offer = Samples.offer(1, 1_000, 1, 99).toBuilder()
                .addResources(Samples.scalar("cpus", 0.5).toBuilder().addReservations(reservation))
                .build();
        OfferMatcher prod = new OfferMatcher("prod", 100, new Random(1));
        AppSpec app = app("/x", 1, "");

        Resource first = prod.match(offer, List.of(new OfferMatcher.Waiting(app, 1)))
                .getFirst()
                .resources()
                .getFirst();
        assertThat(first.getReservations(0)).isEqualTo(reservation);
        assertThat(first.getScalar().getValue()).isEqualTo(0.5);
        assertThat(match(offer, new OfferMatcher.Waiting(app("/y", 1.2, ""), 1)))
                .isEmpty();
    }
}
