package io.gatun.ffm.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What comes back, from messages made by hand. */
final class AnswersTest {
    private static final NlRequest REQUEST = new NlRequest("RTM_GETX", "x", 18, 0, new NlWriter());

    private final List<NlReply> replies = new ArrayList<>();

    @Test
    void shouldCompleteWhenEveryRequestIsAcknowledged() {
        Answers answers = new Answers(List.of(REQUEST, REQUEST, REQUEST), 10, replies);
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 12, -Errno.EEXIST));
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 9, -Errno.EPERM));
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 13, -Errno.EPERM));
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 12, -Errno.EEXIST));
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 10, 0));
        assertThat(answers.complete()).isFalse();
        accept(answers, message(99, 0, 11, 5));
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 11, 0));
        assertThat(answers.complete()).isTrue();
        assertThat(answers.error(0)).isZero();
        assertThat(answers.error(2)).isEqualTo(Errno.EEXIST);
        assertThat(replies)
                .singleElement()
                .satisfies(reply -> assertThat(reply.payload().getInt(0)).isEqualTo(5));
        assertThatThrownBy(() -> answers.check(2)).hasMessage("RTM_GETX x: EEXIST (File exists)");
    }

    @Test
    void shouldNotWaitForWhatIsNotAcknowledged() {
        List<NlRequest> framed = List.of(REQUEST.unacknowledged(), REQUEST, REQUEST.unacknowledged());
        Answers answers = new Answers(framed, 1, replies);
        assertThat(answers.complete()).isFalse();
        accept(answers, message(NlMsgHdr.NLMSG_ERROR, 0, 2, 0));
        assertThat(answers.complete()).isTrue();
        Answers refused = new Answers(framed, 1, replies);
        accept(refused, message(NlMsgHdr.NLMSG_ERROR, 0, 1, -Errno.EPERM));
        assertThat(refused.complete()).isTrue();
        assertThat(refused.error(0)).isEqualTo(Errno.EPERM);
    }

    @Test
    void shouldRepeatTheKernelsSentence() {
        Answers answers = new Answers(List.of(REQUEST), 1, replies);
        byte[] text = new NlWriter().attrString(1, "Invalid prefix").toByteArray();
        ByteBuffer buffer = ByteBuffer.allocate(36 + text.length).order(ByteOrder.nativeOrder());
        buffer.putInt(buffer.capacity())
                .putShort((short) 2)
                .putShort((short) 0x200)
                .putInt(1)
                .putInt(0);
        buffer.putInt(-Errno.EINVAL).position(36).put(text);
        answers.accept(buffer, 0, buffer.capacity());
        assertThatThrownBy(() -> answers.check(0)).hasMessage("RTM_GETX x (Invalid prefix): EINVAL (Invalid argument)");
    }

    @Test
    void shouldCollectADumpUpToItsEnd() {
        DumpAnswer dump = new DumpAnswer(REQUEST, 5, replies);
        accept(dump, message(16, NlMsgHdr.NLM_F_MULTI, 5, 1));
        accept(dump, message(16, NlMsgHdr.NLM_F_MULTI, 4, 2));
        accept(dump, message(NlMsgHdr.NLMSG_DONE, NlMsgHdr.NLM_F_MULTI, 4, 0));
        assertThat(dump.complete()).isFalse();
        accept(dump, message(NlMsgHdr.NLMSG_DONE, NlMsgHdr.NLM_F_MULTI, 5, 0));
        assertThat(dump.complete()).isTrue();
        assertThat(replies).hasSize(1);
    }

    @Test
    void shouldNotTrustAnInterruptedDump() {
        DumpAnswer dump = new DumpAnswer(REQUEST, 5, replies);
        assertErrno(Errno.EINTR, () -> accept(dump, message(16, NlMsgHdr.NLM_F_DUMP_INTR, 5, 1)));
        assertErrno(Errno.EINTR, () -> accept(dump, message(NlMsgHdr.NLMSG_DONE, NlMsgHdr.NLM_F_DUMP_INTR, 5, 0)));
        assertErrno(Errno.ENOBUFS, () -> accept(dump, message(NlMsgHdr.NLMSG_OVERRUN, 0, 5, 0)));
        assertErrno(Errno.EPERM, () -> accept(dump, message(NlMsgHdr.NLMSG_ERROR, 0, 5, -Errno.EPERM)));
        assertErrno(Errno.EINTR, () -> accept(dump, message(NlMsgHdr.NLMSG_DONE, 0, 5, -Errno.EINTR)));
    }

    @Test
    void shouldRepeatADumpOnACleanSocketUntilItIsWhole() {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger reconnects = new AtomicInteger();
        List<NlReply> whole = NetlinkSocket.repeated(
                () -> switch (attempts.incrementAndGet()) {
                    case 1 -> throw new SyscallException("RTM_GETX", "x", Errno.EINTR);
                    case 2 -> throw new SyscallException("RTM_GETX", "x", Errno.ENOBUFS);
                    default -> List.of();
                },
                reconnects::incrementAndGet);
        assertThat(whole).isEmpty();
        assertThat(reconnects).hasValue(2);
        assertErrno(
                Errno.EINTR,
                () -> NetlinkSocket.repeated(
                        () -> {
                            throw new SyscallException("RTM_GETX", "x", Errno.EINTR);
                        },
                        attempts::incrementAndGet));
        assertThat(attempts.get()).as("a bounded number of attempts").isBetween(5, 20);
        assertErrno(
                Errno.EPERM,
                () -> NetlinkSocket.repeated(
                        () -> {
                            throw new SyscallException("RTM_GETX", "x", Errno.EPERM);
                        },
                        () -> assertThat(false).as("no second attempt").isTrue()));
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static void accept(Answers answers, ByteBuffer message) {
        answers.accept(message, 0, message.capacity());
    }

    private static void accept(DumpAnswer answer, ByteBuffer message) {
        answer.accept(message, 0, message.capacity());
    }

    private static ByteBuffer message(int type, int flags, int sequence, int value) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putInt(20)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0)
                .putInt(value);
    }
}
