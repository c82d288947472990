; Is there a byte whose square is 2? No: the square of an even number is a multiple of 4.
(set-logic QF_BV)
(declare-fun x () (_ BitVec 8))
(assert (= (bvmul x x) #x02))
(check-sat)
(exit)
