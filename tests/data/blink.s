; Toggles a port pin for ever; assembled for an ATmega328P.
        .equ    DDRB, 0x04
        .equ    PORTB, 0x05

        .section .text
        .global main
main:   sbi     DDRB, 5
again:  sbi     PORTB, 5
        rcall   pause
        cbi     PORTB, 5
        rcall   pause
        rjmp    again

pause:  ldi     r24, lo8(40000)
        ldi     r25, hi8(40000)
1:      sbiw    r24, 1
        brne    1b
        ret

        .section .progmem.data, "a"
        .global banner
banner: .asciz  "blink"
