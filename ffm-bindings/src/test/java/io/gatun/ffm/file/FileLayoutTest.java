package io.gatun.ffm.file;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structs of linux/stat.h, linux/fs.h and linux/quota.h, as offsetof prints them on x86-64 and aarch64. */
class FileLayoutTest {
    @Test
    void shouldHaveTheSizes() {
        assertThat(FileStat.LAYOUT.byteSize()).isEqualTo(256);
        assertThat(ProjectQuota.FSXATTR.byteSize()).isEqualTo(28);
        assertThat(ProjectQuota.DQBLK.byteSize()).isEqualTo(72);
    }

    @ParameterizedTest
    @CsvSource({
        "stx_mask, 0",
        "stx_nlink, 16",
        "stx_mode, 28",
        "stx_ino, 32",
        "stx_size, 40",
        "stx_blocks, 48",
        "stx_attributes_mask, 56",
        "stx_rdev_major, 128",
        "stx_dev_major, 136",
        "stx_dev_minor, 140"
    })
    void shouldPlaceTheFieldsOfStatx(String field, long offset) {
        assertThat(FileStat.LAYOUT.byteOffset(groupElement(field))).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({"fsx_xflags, 0", "fsx_extsize, 4", "fsx_nextents, 8", "fsx_projid, 12", "fsx_cowextsize, 16"})
    void shouldPlaceTheFieldsOfFsxattr(String field, long offset) {
        assertThat(ProjectQuota.FSXATTR.byteOffset(groupElement(field))).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({"dqb_bhardlimit, 0", "dqb_bsoftlimit, 8", "dqb_curspace, 16", "dqb_btime, 48", "dqb_valid, 64"})
    void shouldPlaceTheFieldsOfDqblk(String field, long offset) {
        assertThat(ProjectQuota.DQBLK.byteOffset(groupElement(field))).isEqualTo(offset);
    }

    /** dir &lt;&lt; 30 | size &lt;&lt; 16 | type &lt;&lt; 8 | number; asm-generic/ioctl.h. */
    @Test
    void shouldHaveTheRequestsOfTheirStruct() {
        long size = ProjectQuota.FSXATTR.byteSize();
        assertThat(ProjectQuota.FS_IOC_FSGETXATTR).isEqualTo(2L << 30 | size << 16 | 'X' << 8 | 31);
        assertThat(ProjectQuota.FS_IOC_FSSETXATTR).isEqualTo(1L << 30 | size << 16 | 'X' << 8 | 32);
    }
}
