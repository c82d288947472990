; Is there a byte other than 0 whose square is 0? In eight bits, 16 is one.
(set-logic QF_BV)
(declare-fun x () (_ BitVec 8))
(assert (not (= x #x00)))
(assert (= (bvmul x x) #x00))
(check-sat)
(exit)
