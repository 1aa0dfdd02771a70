package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import io.gatun.mesos.v1.ResourceProviderID;
import io.gatun.mesos.v1.Value;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResizeRulesTest {
    private static final Resource VOLUME = Volumes.volume(64, "web", "v1");
    private static final Resource ADDITION = disk("8");

    private static Resource disk(String megabytes) {
        return Volumes.reserved("disk:" + megabytes, "web").getFirst();
    }

    private static Resource changed(Resource resource, Consumer<Resource.Builder> change) {
        Resource.Builder builder = resource.toBuilder();
        change.accept(builder);
        return builder.build();
    }

    private static Value.Scalar size(double megabytes) {
        return Value.Scalar.newBuilder().setValue(megabytes).build();
    }

    private static String grow(Resource volume, Resource addition) {
        return ResizeRules.invalidGrow(volume, addition).orElse("");
    }

    private static String shrink(Resource volume, double megabytes) {
        return ResizeRules.invalidShrink(volume, size(megabytes)).orElse("");
    }

    @Test
    void shouldTakeEitherFormOfReservationAndAnAllocation() {
        Resource old = Resources.of(List.of(VOLUME)).toOldProtos().getFirst();
        Resource allocated =
                Resources.of(List.of(VOLUME)).allocatedTo("web").toProtos().getFirst();
        for (Resource volume : List.of(VOLUME, old, allocated)) {
            assertThat(grow(volume, ADDITION)).isEmpty();
            assertThat(shrink(volume, 63.999)).isEmpty();
        }
        assertThat(grow(VOLUME, Resources.of(List.of(ADDITION)).toOldProtos().getFirst()))
                .isEmpty();
    }

    @Test
    void shouldTakeAVolumeOnAPathDiskWithRoomOfTheSameDiskAlone() {
        Resource volume = Volumes.on(VOLUME, Source.Type.PATH, "/disk1");
        assertThat(grow(volume, Volumes.on(ADDITION, Source.Type.PATH, "/disk1")))
                .isEmpty();
        assertThat(shrink(volume, 8)).isEmpty();
        assertThat(grow(volume, Volumes.on(ADDITION, Source.Type.PATH, "/disk2")))
                .contains("must be disk like that under");
        assertThat(grow(volume, ADDITION)).contains("must be disk like that under");
        assertThat(grow(VOLUME, Volumes.on(ADDITION, Source.Type.PATH, "/disk1")))
                .contains("must be disk like that under");
    }

    @ParameterizedTest
    @EnumSource(
            value = Source.Type.class,
            names = {"MOUNT", "BLOCK", "RAW", "UNKNOWN"})
    void shouldRefuseDisksThatAreWholes(Source.Type type) {
        Resource volume = Volumes.on(VOLUME, type, "/disk1");
        String why = "Volume 'disk(web)[" + type + ":/disk1,v1:data]:64' is on a disk of type " + type
                + ": only volumes without" + " 'disk.source', or with one of type PATH, can be resized";
        assertThat(grow(volume, Volumes.on(ADDITION, type, "/disk1"))).isEqualTo(why);
        assertThat(shrink(volume, 8)).isEqualTo(why);
    }

    @Test
    void shouldRefuseSharedVolumesAndThoseOfProviders() {
        Resource shared = changed(VOLUME, volume -> volume.setShared(Resource.SharedInfo.getDefaultInstance()));
        assertThat(grow(shared, ADDITION)).contains("is shared: shared volumes cannot be resized");
        assertThat(shrink(shared, 8)).contains("is shared: shared volumes cannot be resized");
        Resource foreign = changed(
                VOLUME,
                volume -> volume.setProviderId(ResourceProviderID.newBuilder().setValue("csi")));
        assertThat(grow(foreign, ADDITION)).contains("is of resource provider 'csi'");
        assertThat(shrink(foreign, 8)).contains("is of resource provider 'csi'");
    }

    @Test
    void shouldRefuseWhatIsNoVolume() {
        assertThat(grow(ADDITION, ADDITION))
                .isEqualTo("Invalid 'volume': Not a persistent volume: Resource 'disk(web):8' does not have DiskInfo");
        assertThat(shrink(ADDITION, 1)).startsWith("Invalid 'volume': Not a persistent volume");
        assertThat(grow(changed(VOLUME, volume -> volume.setScalar(size(-1))), ADDITION))
                .startsWith("Invalid 'volume': Invalid resources:");
        assertThat(shrink(changed(VOLUME, volume -> volume.setScalar(size(0))), 8))
                .isEqualTo("Size of 'volume' must be greater than zero");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0001})
    void shouldRefuseToAddOrToTakeAwayNothing(double nothing) {
        assertThat(grow(VOLUME, changed(ADDITION, disk -> disk.setScalar(size(nothing)))))
                .isEqualTo("Size of 'addition' must be greater than zero");
        assertThat(shrink(VOLUME, nothing)).isEqualTo("'subtract' is " + nothing + ", must be greater than zero");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-8, Double.NaN, Double.NEGATIVE_INFINITY})
    void shouldRefuseWhatIsNoSize(double size) {
        assertThat(grow(VOLUME, changed(ADDITION, disk -> disk.setScalar(size(size)))))
                .startsWith("Invalid 'addition': ");
        assertThat(shrink(VOLUME, size)).isEqualTo("'subtract' is " + size + ", must be greater than zero");
    }

    @ParameterizedTest
    @ValueSource(doubles = {64, 63.9996, 65, Double.POSITIVE_INFINITY})
    void shouldLeaveSomethingOfAVolume(double size) {
        assertThat(shrink(VOLUME, size))
                .isEqualTo(
                        "'subtract' is " + size + ", must be smaller than the size of volume 'disk(web)[v1:data]:64'");
    }

    @Test
    void shouldRefuseAnAdditionOfAnotherKind() {
        String rule = "', must be disk like that under volume 'disk(web)[v1:data]:64': without a volume, with the same"
                + " reservations (role, principal and labels) and 'disk.source'";
        assertThat(grow(VOLUME, Volumes.reserved("disk:8", "db").getFirst()))
                .isEqualTo("'addition' is 'disk(db):8" + rule);
        assertThat(grow(VOLUME, Volumes.reserved("mem:8", "web").getFirst()))
                .isEqualTo("'addition' is 'mem(web):8" + rule);
        assertThat(grow(VOLUME, Volumes.volume(8, "web", "v2")))
                .isEqualTo("'addition' is 'disk(web)[v2:data]:8" + rule);
        assertThat(grow(VOLUME, Resources.parse("disk:8").toProtos().getFirst()))
                .isEqualTo("'addition' is 'disk:8" + rule);
        assertThat(grow(VOLUME, Resources.parse("disk:[1-2]").toProtos().getFirst()))
                .isEqualTo("'addition' is 'disk:[1-2]" + rule);
        Resource others =
                changed(ADDITION, disk -> disk.getReservationsBuilder(0).setPrincipal("other"));
        assertThat(grow(VOLUME, others)).isEqualTo("'addition' is 'disk(web):8" + rule);
    }

    /** More than that cannot be told apart in thousandths, and the registry could not be read again. */
    @Test
    void shouldRefuseASizeAboveTheLargest() {
        assertThat(grow(changed(VOLUME, volume -> volume.setScalar(size(1e12))), ADDITION))
                .startsWith("The grown volume is invalid: ");
    }

    @Test
    void shouldMakeOneVolumeOfVolumeAndAddition() {
        Conversion made = ResizeRules.grow(VOLUME, disk("0.5"), Resources.of(List.of(VOLUME)));
        assertThat(made.before()).isEqualTo(Resources.of(List.of(VOLUME, disk("0.5"))));
        assertThat(made.after().toProtos()).containsExactly(changed(VOLUME, volume -> volume.setScalar(size(64.5))));
    }

    @Test
    void shouldFreeTheDiskThatIsTakenFromAVolume() {
        Resource volume = Volumes.on(VOLUME, Source.Type.PATH, "/disk1");
        Conversion made = ResizeRules.shrink(volume, size(24), Resources.of(List.of(volume)));
        assertThat(made.before().toProtos()).containsExactly(volume);
        assertThat(made.after().toProtos())
                .containsExactly(
                        changed(volume, shrunk -> shrunk.setScalar(size(40))),
                        Volumes.on(disk("24"), Source.Type.PATH, "/disk1"));
    }

    /** A volume is named by its id: its path and its principal stay as they are. */
    @Test
    void shouldChangeNothingButTheSize() {
        Resource kept = changed(
                VOLUME,
                volume -> volume.getDiskBuilder().getPersistenceBuilder().setPrincipal("owner"));
        Resource asked = changed(VOLUME, volume -> {
            volume.getDiskBuilder().getVolumeBuilder().setContainerPath("elsewhere");
            volume.getDiskBuilder().getPersistenceBuilder().setPrincipal("thief");
        });
        Resources total = Resources.of(List.of(Volumes.volume(32, "web", "v0"), kept));
        assertThat(ResizeRules.grow(asked, ADDITION, total).after().toProtos())
                .containsExactly(changed(kept, volume -> volume.setScalar(size(72))));
        assertThat(ResizeRules.shrink(asked, size(8), total).after().toProtos())
                .containsExactly(changed(kept, volume -> volume.setScalar(size(56))), ADDITION);
    }

    @Test
    void shouldNotMatchAVolumeOfAnotherSize() {
        Resources total = Resources.of(List.of(Volumes.volume(63, "web", "v1"), ADDITION));
        assertThat(total.contains(ResizeRules.grow(VOLUME, ADDITION, total).before()))
                .isFalse();
        assertThat(total.contains(ResizeRules.shrink(VOLUME, size(8), total).before()))
                .isFalse();
    }
}
