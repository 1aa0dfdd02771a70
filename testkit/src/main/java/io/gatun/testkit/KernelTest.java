package io.gatun.testkit;

import io.gatun.testkit.vm.KernelTestExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks an ordinary JUnit class whose tests change the kernel's state and so run in a virtual machine, as root, with cgroup
 * v2, every IPVS scheduler, veth, bridge and dummy devices.
 *
 * <p>On the host nothing of such a class is run but its constructor: the first one boots the module's VM, the class runs
 * there under the JUnit launcher with the same class path and JVM arguments, and every result comes back as if the test had
 * run here, with its stack trace. Methods annotated with {@code @Test}, {@code @ParameterizedTest}, {@code @RepeatedTest},
 * the life-cycle annotations and {@code @Nested} classes all work; {@code @TestFactory} does not and says so. What a test
 * prints goes to {@code target/vm/<n>/console.log}. Nothing that it writes reaches the host's disk.
 *
 * <p>Where the VM cannot run, the class is skipped and the reason names the missing package.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(KernelTestExtension.class)
public @interface KernelTest {

    /** How long the class may take in the VM, in seconds, from its start to its last result. */
    int timeoutSeconds() default 900;
}
