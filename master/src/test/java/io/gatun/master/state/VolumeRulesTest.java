package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeRulesTest {
    private static final Resource VOLUME = Volumes.volume(64, "web", "data-1");

    private static Resource changed(Consumer<Resource.Builder> change) {
        Resource.Builder builder = VOLUME.toBuilder();
        change.accept(builder);
        return builder.build();
    }

    private static String create(Resource volume) {
        return VolumeRules.invalidCreate(List.of(volume), Resources.NONE, Optional.empty())
                .orElse("");
    }

    @Test
    void shouldTakeAVolumeOfEitherForm() {
        assertThat(create(VOLUME)).isEmpty();
        assertThat(create(Resources.of(List.of(VOLUME)).toOldProtos().getFirst()))
                .isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoDiskForAVolume() {
        assertThat(create(changed(Resource.Builder::clearReservations)))
                .isEqualTo("Invalid resources: Persistent volumes cannot be created from unreserved resources");
        assertThat(create(changed(volume -> volume.setRevocable(Resource.RevocableInfo.getDefaultInstance()))))
                .isEqualTo("Invalid resources: Persistent volumes cannot be created from revocable resources");
        assertThat(create(changed(volume -> volume.getDiskBuilder().clearVolume())))
                .isEqualTo("Invalid resources: Expecting 'volume' to be set for persistent volume");
        assertThat(create(changed(
                        volume -> volume.getDiskBuilder().getVolumeBuilder().setHostPath("/tmp"))))
                .isEqualTo("Invalid resources: Expecting 'host_path' to be unset for persistent volume");
        assertThat(create(changed(volume -> volume.getDiskBuilder().clearPersistence())))
                .isEqualTo("Invalid resources: Non-persistent volume not supported");
        assertThat(create(changed(
                        volume -> volume.getDiskBuilder().clearPersistence().clearVolume())))
                .isEqualTo("Invalid resources: DiskInfo is set but empty");
        assertThat(create(changed(Resource.Builder::clearDisk)))
                .isEqualTo("Not a persistent volume: Resource 'disk(web):64' does not have DiskInfo");
        assertThat(create(changed(volume -> volume.setName("mem")))).contains("is not a disk");
        assertThat(create(changed(volume ->
                        volume.getDiskBuilder().getVolumeBuilder().setMode(io.gatun.mesos.v1.Volume.Mode.RO))))
                .isEqualTo("Not a persistent volume: Read-only persistent volume not supported");
        assertThat(create(changed(volume -> volume.setShared(Resource.SharedInfo.getDefaultInstance()))))
                .contains("is shared");
        assertThat(create(changed(volume ->
                        volume.getDiskBuilder().getSourceBuilder().setType(Resource.DiskInfo.Source.Type.BLOCK))))
                .isEqualTo(
                        "Volume 'disk(web)[BLOCK,data-1:data]:64' is on a disk of type BLOCK: volumes are made on the"
                                + " disk of --work_dir, and on those of type PATH and MOUNT");
        assertThat(VolumeRules.invalidCreate(List.of(), Resources.NONE, Optional.empty()))
                .contains("'volumes' is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a\\b", "a\nb"})
    void shouldRefuseAnIdThatCannotNameADirectory(String id) {
        assertThat(create(changed(volume ->
                        volume.getDiskBuilder().getPersistenceBuilder().setId(id))))
                .startsWith("Invalid resources: Invalid persistence ID for persistent volume: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/data", "..", "a/../b", "a//b", "./a", "a/", "a\0b"})
    void shouldRefuseAPathThatIsNotRelative(String path) {
        assertThat(create(changed(
                        volume -> volume.getDiskBuilder().getVolumeBuilder().setContainerPath(path))))
                .isEqualTo("Invalid resources: 'container_path' of persistent volume is '" + path
                        + "', must be relative to the sandbox, without empty, '.' or '..' components");
    }

    @Test
    void shouldTakeANestedPath() {
        assertThat(create(changed(
                        volume -> volume.getDiskBuilder().getVolumeBuilder().setContainerPath("var/lib"))))
                .isEmpty();
    }

    @Test
    void shouldHaveEachIdOnceForARole() {
        Resource other = Volumes.volume(32, "web", "data-1");
        assertThat(VolumeRules.invalidCreate(List.of(VOLUME, other), Resources.NONE, Optional.empty()))
                .contains("Persistence ID 'data-1' is not unique for role 'web'");
        assertThat(VolumeRules.invalidCreate(List.of(VOLUME), Resources.of(List.of(other)), Optional.empty()))
                .contains("Persistence ID 'data-1' is not unique for role 'web'");
        assertThat(VolumeRules.invalidCreate(
                        List.of(VOLUME), Resources.of(List.of(Volumes.volume(32, "db", "data-1"))), Optional.empty()))
                .isEmpty();
    }

    @Test
    void shouldHaveThePrincipalOfWhoMakesIt() {
        Optional<String> ops = Optional.of("ops");
        assertThat(VolumeRules.invalidCreate(List.of(VOLUME), Resources.NONE, ops))
                .hasValueSatisfying(error -> assertThat(error).contains("no principal set"));
        for (String principal : List.of("ops", "other")) {
            Resource owned = changed(
                    volume -> volume.getDiskBuilder().getPersistenceBuilder().setPrincipal(principal));
            assertThat(VolumeRules.invalidCreate(List.of(owned), Resources.NONE, ops)
                            .isEmpty())
                    .isEqualTo(principal.equals("ops"));
        }
    }

    @Test
    void shouldDestroyWhatIsThereAndNotInUse() {
        Resources there = Resources.of(List.of(VOLUME));
        assertThat(VolumeRules.invalidDestroy(List.of(VOLUME), there, Resources.NONE))
                .isEmpty();
        assertThat(VolumeRules.invalidDestroy(List.of(VOLUME), Resources.NONE, Resources.NONE))
                .hasValueSatisfying(error -> assertThat(error).startsWith("Persistent volumes not found"));
        assertThat(VolumeRules.invalidDestroy(List.of(VOLUME), there, there))
                .hasValueSatisfying(error -> assertThat(error).startsWith("Persistent volumes in use"));
        assertThat(VolumeRules.invalidDestroy(
                        List.of(VOLUME.toBuilder().clearDisk().build()), there, there))
                .hasValueSatisfying(error -> assertThat(error).startsWith("Not a persistent volume"));
    }
}
