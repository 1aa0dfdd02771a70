package io.gatun.mesos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.ReservationInfo;
import io.gatun.mesos.v1.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CheckpointedTest {
    private static Resource disk(String text, ReservationInfo.Type... reservations) {
        Resource.Builder disk = Resources.parse(text).toProtos().getFirst().toBuilder();
        for (ReservationInfo.Type type : reservations) {
            disk.addReservations(ReservationInfo.newBuilder().setType(type).setRole("eng"));
        }
        return disk.build();
    }

    private static Resource volume(Resource disk, String id, String path, Volume.Mode mode) {
        Resource.Builder volume = disk.toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId(id);
        volume.getDiskBuilder().getVolumeBuilder().setContainerPath(path).setMode(mode);
        return volume.build();
    }

    private static Resource dynamic(String text) {
        return disk(text, ReservationInfo.Type.DYNAMIC);
    }

    private static Resource data(String id, String path) {
        return volume(dynamic("disk:64"), id, path, Volume.Mode.RW);
    }

    private static Resources resources(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    /** A task may use it elsewhere, or only read it. */
    @Test
    void shouldKnowAVolumeByItsIdAlone() {
        Resources made = resources(data("a", "data"));
        Resources used = resources(volume(dynamic("disk:64"), "a", "elsewhere", Volume.Mode.RO));
        assertThat(used).isEqualTo(made).hasSameHashCodeAs(made);
        assertThat(made.contains(used)).isTrue();
        assertThat(made.minus(used).isEmpty()).isTrue();
        assertThat(made.contains(resources(data("b", "data")))).isFalse();
        assertThat(made.contains(resources(volume(dynamic("disk:32"), "a", "data", Volume.Mode.RW))))
                .as("a volume is taken as a whole")
                .isFalse();
        assertThat(made.contains(resources(dynamic("disk:64"))))
                .as("it is no plain disk")
                .isFalse();
        assertThat(made.plus(made).toProtos()).as("volumes do not merge").hasSize(2);
    }

    @Test
    void shouldPrintIdAndPath() {
        assertThat(resources(data("a", "data"))).hasToString("disk(eng)[a:data]:64");
    }

    @Test
    void shouldMakeReservationsAndVolumesOfWhatTheAgentHas() {
        Resources own = Resources.parse("cpus:4;disk:100;disk(eng):10");
        Resource onStatic = volume(disk("disk:10", ReservationInfo.Type.STATIC), "s", "s", Volume.Mode.RW);
        Resources checkpointed = resources(dynamic("cpus:1"), data("a", "data"), onStatic);
        Checkpointed.Applied applied = Checkpointed.apply(own, checkpointed);
        assertThat(applied.total()).isEqualTo(Resources.parse("cpus:3;disk:36").plus(checkpointed));
        assertThat(applied.kept()).isEqualTo(checkpointed);
        assertThat(applied.unfounded().isEmpty()).isTrue();
        assertThat(Checkpointed.of(applied.total())).isEqualTo(checkpointed);
        assertThat(Checkpointed.volumes(applied.total())).isEqualTo(resources(data("a", "data"), onStatic));
    }

    @Test
    void shouldSayWhatThereAreNoResourcesFor() {
        Resources checkpointed = resources(data("a", "a"), data("b", "b"), dynamic("cpus:8"));
        Checkpointed.Applied applied = Checkpointed.apply(Resources.parse("cpus:4;disk:100"), checkpointed);
        assertThat(applied.kept()).isEqualTo(resources(data("a", "a")));
        assertThat(applied.unfounded()).isEqualTo(resources(data("b", "b"), dynamic("cpus:8")));
        assertThat(applied.total()).isEqualTo(Resources.parse("cpus:4;disk:36").plus(applied.kept()));
    }

    @Test
    void shouldFindTheDiskBelowAVolume() {
        assertThat(Checkpointed.disks(resources(data("a", "a"), data("b", "b"))))
                .isEqualTo(resources(dynamic("disk:128")));
        Resource onPath = data("a", "a").toBuilder().build();
        Resource.Builder withSource = onPath.toBuilder();
        withSource.getDiskBuilder().getSourceBuilder().setType(Resource.DiskInfo.Source.Type.PATH);
        assertThat(Checkpointed.disks(resources(withSource.build()))
                        .toProtos()
                        .getFirst()
                        .getDisk()
                        .getSource()
                        .getType())
                .isEqualTo(Resource.DiskInfo.Source.Type.PATH);
    }
}
